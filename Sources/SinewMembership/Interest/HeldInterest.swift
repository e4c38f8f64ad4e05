// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a node holds of one peer's interest, and what it makes of the messages about it.
///
/// Nothing is ever applied in part: either a message brings the set to a version whose count and hash agree, or the set
/// stays as it was.
struct HeldInterest: Sendable {
    private(set) var session: UInt64
    private(set) var version: UInt64 = 0
    private(set) var set = InterestSet()
    /// Whether the set was found to differ from what the peer says. It stays in use until another one is whole.
    private(set) var isDoubted = false
    private var partial: Partial?

    private struct Partial: Sendable {
        let whole: InterestSummary
        var set = InterestSet()
    }

    /// What came of a message.
    struct Outcome {
        var reply: InterestMessage.Body?
        var difference = InterestDifference()
        var counted: WritableKeyPath<InterestCounters, Int>?
    }

    init(session: UInt64) { self.session = session }

    /// The connection has ended: what has come of a snapshot is given up.
    mutating func interrupt(_ sessions: inout InterestSessions) {
        guard partial != nil else { return }
        partial = nil
        session = sessions.next()
    }

    private var confirmation: InterestMessage.Body { .confirmation(session: session, version: version) }
    private var repair: InterestMessage.Body { .repair(session: session, held: version, isDoubted: isDoubted) }

    /// Notes that the set is not what the peer has: from here on only a snapshot helps.
    private mutating func doubt(_ sessions: inout InterestSessions) -> Outcome {
        isDoubted = true
        partial = nil
        session = sessions.next()
        return Outcome(reply: repair, counted: \.mismatches)
    }

    private func refuse(_ summary: InterestSummary) -> Outcome {
        Outcome(reply: .refusal(session: session, version: summary.version), counted: \.tooLarge)
    }

    // MARK: Statements

    mutating func receive(
        _ statement: InterestSummary,
        _ options: InterestOptions,
        _ sessions: inout InterestSessions
    ) -> Outcome {
        #if PlantedBugs
        if options.plantedBug == .wrongVersionConfirmed, statement.version > version {
            return Outcome(reply: .confirmation(session: session, version: statement.version))
        }
        if options.plantedBug == .digestUnchecked, statement.version == version { return Outcome(reply: confirmation) }
        #endif
        guard !isDoubted else { return Outcome(reply: repair) }
        guard statement.version >= version else { return Outcome(reply: confirmation, counted: \.late) }
        guard statement.version > version else {
            return statement == set.summary(at: version) ? Outcome(reply: confirmation) : doubt(&sessions)
        }
        return statement.count > options.maximumInterests ? refuse(statement) : Outcome(reply: repair)
    }

    // MARK: Deltas

    mutating func receive(
        _ delta: InterestDelta,
        _ options: InterestOptions,
        _ sessions: inout InterestSessions
    ) -> Outcome {
        let (next, overflow) = delta.from.addingReportingOverflow(UInt64(delta.changes.count))
        guard !delta.changes.isEmpty, !overflow, next == delta.result.version else {
            return Outcome(counted: \.contradictions)
        }
        guard !isDoubted else { return Outcome(reply: repair) }
        guard delta.from <= version else { return Outcome(reply: repair, counted: \.gaps) }
        guard delta.from == version else { return Outcome(reply: confirmation, counted: \.late) }
        guard delta.result.count <= options.maximumInterests else { return refuse(delta.result) }

        var applied = 0
        for change in delta.changes {
            guard set.apply(change) else { break }
            applied += 1
        }
        let isWhole = applied == delta.changes.count && agrees(set, with: delta.result, options)
        guard isWhole, set.encodedBytes <= options.maximumInterestBytes else {
            for change in delta.changes[..<applied].reversed() { set.revert(change) }
            return isWhole ? refuse(delta.result) : doubt(&sessions)
        }
        version = delta.result.version
        if let partial, partial.whole.version <= version { self.partial = nil }
        return Outcome(reply: confirmation, difference: InterestDifference(of: delta.changes))
    }

    private func agrees(_ set: InterestSet, with summary: InterestSummary, _ options: InterestOptions) -> Bool {
        #if PlantedBugs
        if options.plantedBug == .digestUnchecked { return true }
        #endif
        return set.summary(at: summary.version) == summary
    }

    // MARK: Snapshots

    mutating func receive(
        _ part: InterestSnapshotPart,
        _ options: InterestOptions,
        _ sessions: inout InterestSessions
    ) -> Outcome {
        let whole = part.whole
        let (end, overflow) = part.offset.addingReportingOverflow(part.interests.count)
        guard part.offset >= 0, !overflow, end <= whole.count, whole.count == 0 || !part.interests.isEmpty else {
            return Outcome(counted: \.contradictions)
        }
        guard whole.version >= version, isDoubted || whole.version > version else {
            return Outcome(reply: isDoubted ? nil : confirmation, counted: \.late)
        }
        guard whole.count <= options.maximumInterests else { return refuse(whole) }
        if let partial, partial.whole.version > whole.version { return Outcome(counted: \.late) }
        if partial?.whole != whole {
            guard part.offset == 0 else { return beginAnew(whole, &sessions) }
            partial = Partial(whole: whole)
        }
        return collect(part, options, &sessions)
    }

    /// The middle of a snapshot whose beginning is not here: a new session says so, and voids what was said before.
    private mutating func beginAnew(_ whole: InterestSummary, _ sessions: inout InterestSessions) -> Outcome {
        partial = nil
        session = sessions.next()
        return Outcome(reply: .progress(session: session, version: whole.version, offset: 0), counted: \.gaps)
    }

    private mutating func collect(
        _ part: InterestSnapshotPart,
        _ options: InterestOptions,
        _ sessions: inout InterestSessions
    ) -> Outcome {
        // Taken out while it grows: else the set in it would be copied.
        guard var collected = partial?.set else { return Outcome() }
        partial = nil
        let whole = part.whole
        guard part.offset == collected.count else {
            partial = Partial(whole: whole, set: collected)
            let offset = collected.count
            return Outcome(
                reply: .progress(session: session, version: whole.version, offset: offset),
                counted: \.late
            )
        }
        var isSound = true
        for interest in part.interests { isSound = collected.insert(interest) && isSound }
        guard collected.encodedBytes <= options.maximumInterestBytes else { return refuse(whole) }
        #if PlantedBugs
        if options.plantedBug == .snapshotAppliedInPart { return take(collected, as: whole) }
        #endif
        if isSound, collected.count < whole.count {
            let offset = collected.count
            partial = Partial(whole: whole, set: collected)
            return Outcome(reply: .progress(session: session, version: whole.version, offset: offset))
        }
        guard isSound, agrees(collected, with: whole, options) else {
            // No answer: the peer sends again after its back-off, so that two who never agree do not keep each other
            // busy.
            session = sessions.next()
            return Outcome(counted: \.mismatches)
        }
        return take(collected, as: whole)
    }

    private mutating func take(_ collected: InterestSet, as whole: InterestSummary) -> Outcome {
        let difference = set.difference(to: collected)
        set = collected
        version = whole.version
        isDoubted = false
        return Outcome(reply: confirmation, difference: difference)
    }
}
