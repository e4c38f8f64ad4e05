// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects

/// What a node itself wants, with its history as far as it is kept.
struct LocalInterest: Sendable {
    private(set) var set = InterestSet()
    private(set) var version: UInt64 = 0
    // For looking up only. How many subscribers each member of the set has.
    private var subscribers: [Interest: Int] = [:]
    private var log: ContiguousArray<Logged> = []
    /// All interests at one version, kept while some peer gets them in parts: changes meanwhile do not disturb it.
    private(set) var frozen: Frozen?

    struct Logged: Sendable {
        let change: InterestChange
        let result: InterestSummary
    }

    struct Frozen: Sendable {
        let summary: InterestSummary
        let members: ContiguousArray<Interest>
    }

    var summary: InterestSummary { self.set.summary(at: version) }

    /// The oldest version from which every change is known.
    private var oldestBase: UInt64 { version - UInt64(log.count) }

    // MARK: Changes

    /// Counts one more subscriber; whether the set has changed.
    mutating func subscribe(_ interest: Interest, _ options: InterestOptions) throws(InterestError) -> Bool {
        if let count = subscribers[interest] {
            subscribers[interest] = count + 1
            return false
        }
        let longest = SubjectGrammar.nats.limits.maximumBytes
        guard interest.encodedBytes < options.interestBytesPerMessage, interest.filter.bytes.count <= longest else {
            let advice = "use at most \(longest) bytes, or raise maximumMessageBytes (here and at the peers)"
            throw InterestError(.tooLong, "\(interest.encodedBytes) bytes", advice)
        }
        guard set.count < options.maximumInterests else {
            throw InterestError(.tooManyInterests, "\(interest)", "end others first, or raise maximumInterests")
        }
        guard set.encodedBytes + interest.encodedBytes <= options.maximumInterestBytes else {
            throw InterestError(.tooManyBytes, "\(interest)", "end others first, or raise maximumInterestBytes")
        }
        subscribers[interest] = 1
        _ = set.insert(interest)
        record(InterestChange(isAddition: true, interest), options)
        return true
    }

    /// Counts one subscriber less; whether the set has changed.
    mutating func unsubscribe(_ interest: Interest, _ options: InterestOptions) throws(InterestError) -> Bool {
        guard let count = subscribers[interest] else {
            throw InterestError(.notSubscribed, "\(interest)", "unsubscribe once for each subscription")
        }
        guard count == 1 else {
            subscribers[interest] = count - 1
            return false
        }
        subscribers[interest] = nil
        _ = set.remove(interest)
        record(InterestChange(isAddition: false, interest), options)
        return true
    }

    private mutating func record(_ change: InterestChange, _ options: InterestOptions) {
        version += 1
        log.append(Logged(change: change, result: summary))
        // Twice as many are kept as promised, so that dropping the older half costs little for each change.
        let kept = max(1, options.maximumLoggedChanges)
        if log.count - kept >= kept { log.removeFirst(log.count - kept) }
    }

    // MARK: What is told

    /// The changes after a version, as many as a message can take; nil when they are not all known any more.
    func delta(from base: UInt64, _ options: InterestOptions) -> InterestDelta? {
        guard base < version, base >= oldestBase else { return nil }
        var changes: [InterestChange] = []
        var bytes = 0
        var last = log.startIndex + Int(base - oldestBase)
        for place in last..<log.endIndex {
            bytes += log[place].change.interest.encodedBytes + 1
            guard bytes <= options.interestBytesPerMessage else { break }
            changes.append(log[place].change)
            last = place
        }
        return InterestDelta(from: base, changes: changes, result: log[last].result)
    }

    /// Keeps all interests as they are, unless what was kept before can still be followed by deltas and is no older
    /// than what a peer has, who would not go back.
    ///
    /// One for all peers, so that it takes no more memory than the set once more.
    mutating func freeze(atLeast version: UInt64) -> Frozen {
        if let frozen, frozen.summary.version >= max(oldestBase, version) { return frozen }
        let now = Frozen(summary: summary, members: set.members)
        frozen = now
        return now
    }

    /// Gives back what was kept, once no peer is getting it.
    mutating func thaw() { frozen = nil }

    /// The part of a kept snapshot that begins at an offset.
    static func part(of frozen: Frozen, at offset: Int, _ options: InterestOptions) -> InterestSnapshotPart {
        var bytes = 0
        var end = offset
        while end < frozen.members.count {
            bytes += frozen.members[end].encodedBytes
            guard bytes <= options.interestBytesPerMessage else { break }
            end += 1
        }
        let interests = Array(frozen.members[offset..<end])
        return InterestSnapshotPart(whole: frozen.summary, offset: offset, interests: interests)
    }
}
