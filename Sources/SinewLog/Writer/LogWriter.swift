// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The writer of a log: what is appended, what of it is written and what lasts, as a machine.
///
/// Whoever appends puts records into an arena; a round takes the arena as it is, writes it, and synchronises the file
/// where somebody waits for that. Meanwhile the next arena fills: the slower the disk, the larger the rounds, without a
/// timer. One thread performs the actions, in their order, and says how they went.
///
/// The first failure but one of space ends the writer: after a failed `fsync` nobody can say what lasts, and a second
/// one that succeeds says nothing (Rebello et al., ATC 2020).
public struct LogWriter: Sendable {
    /// What a writer is doing.
    enum Stage: Hashable, Sendable {
        case idle
        /// The round's segment is being made.
        case rolling
        case writing
        case synchronizing
        /// A round that had no space is being cut off again.
        case truncating
        case closed
        case poisoned(FileError)
    }

    /// How it writes.
    public let options: LogWriterOptions
    /// The segment that is written to.
    public internal(set) var segment: SegmentHeader
    var stage = Stage.idle
    var seal: BatchSeal
    /// The end of what is written.
    var end: LogEnd
    var arena = LogArena()
    /// The round that waits for its segment.
    var round: LogRound?
    /// What is known of the round that is being written.
    var written: (bytes: Int, nextOffset: UInt64, last: BatchHeader, durableEnd: UInt64)?
    /// The segment to go back to when the next one cannot be made.
    var former: SegmentHeader?
    /// Whether somebody waits for what is under way, or for what is written, to last.
    var wantsSynchronizing = false
    var bytesSinceSynchronized = 0
    var synchronizedAt: Instant
    var isClosing = false
    /// Whether there was no space to say that it was closed.
    var endsWithoutProof = false
    /// Whether its epoch has not been written yet: nobody is shown anything before that lasts.
    var isOpening = false
    var chance: SplitMix64

    /// The offset of the next record.
    public internal(set) var nextOffset: UInt64
    /// How many records had an offset and are not in the log, because the disk was full. Nobody else hears of those for
    /// which nobody waited.
    public internal(set) var dropped: UInt64 = 0
    /// The epoch of what is appended.
    public var epoch: UInt32 { end.epoch }
    /// Everything below is written, and outlives the process.
    public var writtenEnd: UInt64 { end.nextOffset }
    /// Everything below lasts, also when the power fails.
    public internal(set) var durableEnd: UInt64

    /// Whether a record that was refused as `full` may have room now.
    var hasRoom: Bool { arena.bytes.count < max(1, options.arenaBytes / 2) }

    /// Goes on where a log ends.
    ///
    /// Where the last writer did not close it, what readers had been shown may be lost without a trace: so this one
    /// begins a new epoch. That it has begun lasts before anything else is shown. An offset and its epoch name one
    /// record for good.
    ///
    /// - Parameters:
    ///   - segment: The last segment.
    ///   - end: Where it ends. All of it has to last already.
    ///   - options: How to write.
    ///   - randomSeed: Where the salts of the segments to come begin.
    ///   - now: The present instant.
    public init(
        after segment: SegmentHeader,
        _ end: LogEnd,
        options: LogWriterOptions = LogWriterOptions(),
        randomSeed: UInt64,
        at now: Instant
    ) {
        self.segment = segment
        self.end = end
        self.options = options.normalized
        seal = BatchSeal(salt: segment.salt)
        nextOffset = end.nextOffset
        durableEnd = end.nextOffset
        synchronizedAt = now
        chance = SplitMix64(seed: randomSeed)
        if !end.isClosed { self.end.epoch += 1 }
        // Also where it was closed: from now on it is not any more.
        self.end.isClosed = false
        isOpening = true
        addProof(isClosing: false)
    }
}

extension LogWriter: Machine {
    /// Takes in what became of an action, or that there may be something to do.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When.
    ///   - actions: Where what is to be done is appended.
    public mutating func step(_ event: LogWriterEvent, at now: Instant, into actions: inout Actions<LogWriterAction>) {
        switch (event, stage) {
        case (.tick, .idle): begin(now, &actions)
        case (.close, .idle), (.close, .rolling), (.close, .writing), (.close, .synchronizing), (.close, .truncating):
            isClosing = true
            if stage == .idle { begin(now, &actions) }
        case (.flush, _): flush(now, &actions)
        case (.rolled, .rolling): rolled(&actions)
        case (.wrote(let chain, let spare), .writing): wrote(chain, spare, now, &actions)
        case (.synchronized, .synchronizing): synchronized(now, &actions)
        case (.truncated, .truncating): giveUp(now, &actions)
        case (.failed(let error), _): failed(error, now, &actions)
        default: break
        }
    }

    /// When something is due though nobody appends: a proof, or synchronising at intervals.
    public var nextDeadline: Instant? {
        guard stage == .idle else { return nil }
        if !arena.isEmpty || isClosing { return synchronizedAt }
        if durableEnd < writtenEnd {
            if case .interval(let interval) = options.flush { return synchronizedAt.advanced(by: interval) }
            return nil
        }
        return end.provedEnd < durableEnd ? synchronizedAt.advanced(by: options.proofDelay) : nil
    }
}
