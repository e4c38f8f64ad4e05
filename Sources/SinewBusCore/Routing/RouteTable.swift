// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewMembership
public import SinewSubjects

/// Who wants which subjects: what a publisher looks up for each message, and a receiver for each that comes.
///
/// Behind it is a trie; in front, the plans of subjects that came lately, because most programs publish to a few again
/// and again. Every change of anybody's interest forgets those plans.
public struct RouteTable: Sendable {
    private struct Key: Hashable {
        let receiver: Int
        let interest: Interest
    }

    private var index: SubjectIndex<Route>
    // For looking up only: never iterated over, as its order differs from process to process.
    private var entries: [Key: SubjectEntry] = [:]
    private var found: [Route] = []
    private var cache = PlanCache()

    /// A table in which nobody wants anything.
    ///
    /// - Parameters:
    ///   - maximumEntries: How many interests it takes, of all receivers together.
    ///   - seed: What hides from peers which filters collide.
    public init(maximumEntries: Int = 4 << 20, seed: UInt64) {
        index = SubjectIndex(limits: SubjectIndexLimits(maximumEntries: maximumEntries), seed: seed)
    }

    /// How many interests there are.
    public var count: Int { index.count }

    /// Adds an interest; one that is there already changes nothing.
    ///
    /// - Parameters:
    ///   - interest: What is wanted.
    ///   - receiver: Who wants it.
    /// - Throws: `SubjectError` where the index is full: the interest is not there then.
    public mutating func insert(_ interest: Interest, for receiver: Int) throws(SubjectError) {
        let key = Key(receiver: receiver, interest: interest)
        guard entries[key] == nil else { return }
        entries[key] = try index.insert(Route(receiver: receiver, group: interest.group), for: interest.filter)
        cache.removeAll()
    }

    /// Removes an interest; one that is not there changes nothing.
    ///
    /// - Parameters:
    ///   - interest: What is not wanted any more.
    ///   - receiver: By whom.
    public mutating func remove(_ interest: Interest, for receiver: Int) {
        guard let entry = entries.removeValue(forKey: Key(receiver: receiver, interest: interest)) else { return }
        index.remove(entry)
        cache.removeAll()
    }

    /// Whom the messages of a subject go to.
    ///
    /// - Parameter subject: The subject's bytes.
    /// - Returns: The plan; nil when the bytes are no subject.
    public mutating func plan(for subject: Span<UInt8>) -> RoutePlan? {
        let place = PlanCache.place(of: subject)
        return cache.plan(for: subject, at: place) ?? look(for: subject, place)
    }

    /// The receiver of a subject's messages, where there is one only and it is in no group.
    ///
    /// - Parameter subject: The subject's bytes.
    /// - Returns: Its number; negative where there is none, or more than one: see ``plan(for:)``.
    public mutating func single(for subject: Span<UInt8>) -> Int {
        let place = PlanCache.place(of: subject)
        let single = cache.single(for: subject, at: place)
        return single >= 0 ? single : look(for: subject, place)?.single ?? -1
    }

    @inline(never)
    private mutating func look(for subject: Span<UInt8>, _ place: Int) -> RoutePlan? {
        if let plan = cache.plan(for: subject, at: place) { return plan }
        guard index.match(subject, into: &found) != nil else { return nil }
        let plan = RoutePlan(found)
        cache.insert(plan, for: subject, at: place)
        return plan
    }
}
