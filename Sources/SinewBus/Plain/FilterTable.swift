// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewSubjects

/// The subscriptions of a ``SubjectSubscriber``, and its figures. Pure; whoever has it holds its lock.
struct FilterTable: Sendable {
    private var index: SubjectIndex<SubjectSubscriber.Subscription>
    private var entries: [SubjectSubscriber.Subscription: SubjectEntry] = [:]
    /// What became of messages.
    var statistics = SubjectSubscriberStatistics()

    /// Makes an empty table with a limit; below 1 it is 1.
    init(maximumFilters: Int) {
        // Filters that a stranger may have had a say in must not be able to collide.
        let seed = UInt64.random(in: 0...UInt64.max)
        let limits = SubjectIndexLimits(maximumEntries: maximumFilters, maximumTokens: SubjectIndexLimits.tokenLimit)
        index = SubjectIndex(limits: limits, seed: seed)
    }

    /// Adds a subscription.
    mutating func insert(_ subscription: SubjectSubscriber.Subscription) throws(SubjectSubscriberError) {
        do throws(SubjectError) {
            entries[subscription] = try index.insert(subscription, for: subscription.filter)
        } catch {
            throw SubjectSubscriberError(index: error, filter: subscription.filter, limits: index.limits)
        }
        statistics.filters = index.count
    }

    /// Removes a subscription; false when it was not there.
    mutating func remove(_ subscription: SubjectSubscriber.Subscription) -> Bool {
        guard let entry = entries.removeValue(forKey: subscription) else { return false }
        index.remove(entry)
        statistics.filters = index.count
        return true
    }

    /// Who wants a subject, and counts the message as delivered or unmatched.
    mutating func match(_ subject: Subject) -> [SubjectSubscriber.Subscription] {
        var matches: [SubjectSubscriber.Subscription] = []
        index.match(subject, into: &matches)
        statistics.count(matches.isEmpty ? \.unmatched : \.delivered)
        return matches
    }
}
