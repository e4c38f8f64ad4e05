// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore
public import SinewSubjects
internal import Synchronization
internal import ZeroMQ

extension SubjectSubscriber {
    /// One call of ``SubjectSubscriber/subscribe(_:)``: what its messages name, and what takes it back.
    public struct Subscription: Hashable, Sendable {
        /// What was asked for.
        public let filter: SubjectFilter
        /// Of the process, so that another subscriber does not know it.
        let number: UInt64

        private static let lastNumber = Atomic<UInt64>(0)

        init(_ filter: SubjectFilter) {
            self.filter = filter
            number = Self.lastNumber.add(1, ordering: .relaxed).newValue
        }

        /// They are the same when they come from the same call.
        public static func == (left: Self, right: Self) -> Bool { left.number == right.number }

        /// Hashes what makes the call unique.
        ///
        /// - Parameter hasher: What to hash into.
        public func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }

    /// Asks for the messages whose subjects a filter matches, from all publishers.
    ///
    /// A filter may be asked for several times, each a subscription of its own: a message then comes once, and names
    /// them all. Publishers are told of what they do not know yet, a moment later.
    ///
    /// - Parameter filter: Which subjects. In every grammar: what comes is checked with ``Options/grammar``.
    /// - Returns: What ``unsubscribe(_:)`` takes back.
    /// - Throws: ``SubjectSubscriberError``: `tooManyFilters`, `unusableFilter`, or `socket` where it is closed.
    ///   Nothing has changed then.
    /// - Complexity: O(bytes of the filter).
    @discardableResult
    public func subscribe(_ filter: SubjectFilter) throws(SubjectSubscriberError) -> Subscription {
        let subscription = Subscription(filter)
        // First the table: what comes as soon as a publisher knows must find it.
        try table.withLock { (table) throws(SubjectSubscriberError) in try table.insert(subscription) }
        do throws(ZMQError) {
            try socket.subscribe(to: filter.subscribedTopic)
        } catch {
            table.withLock { _ = $0.remove(subscription) }
            throw SubjectSubscriberError(socket: error, filter: filter)
        }
        return subscription
    }

    /// Takes a subscription back. Nothing names it any more; what comes for it alone until publishers know is counted
    /// as unmatched.
    ///
    /// - Parameter subscription: What ``subscribe(_:)`` returned.
    /// - Returns: False when it was not there: taken back before, or another subscriber's.
    /// - Throws: ``SubjectSubscriberError/Code-swift.struct/socket`` when publishers could not be told; it is taken
    ///   back all the same. A closed subscriber is no failure.
    @discardableResult
    public func unsubscribe(_ subscription: Subscription) throws(SubjectSubscriberError) -> Bool {
        guard table.withLock({ $0.remove(subscription) }) else { return false }
        do throws(ZMQError) {
            // The socket counts how often it was asked for this prefix.
            try socket.unsubscribe(from: subscription.filter.subscribedTopic)
        } catch {
            guard error.code == .closed || error.code == .contextTerminated else {
                throw SubjectSubscriberError(socket: error, filter: subscription.filter)
            }
        }
        return true
    }
}
