// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The writer of a log: what is appended, what of it is written and what lasts, as a machine.
///
/// Whoever appends puts records into an arena; a round takes the arena as it is, writes it, and synchronises the file
/// where somebody waits for that. Meanwhile the next arena fills: the slower the disk, the larger the rounds, without a
/// timer. One thread performs the actions, in their order, and says how they went.
///
/// The first failure but one of space ends the writer: after a failed `fsync` nobody can say what lasts, and a second one
/// that succeeds says nothing (Rebello et al., ATC 2020).
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
    public private(set) var segment: SegmentHeader
    var stage = Stage.idle
    private var seal: BatchSeal
    /// The end of what is written.
    private(set) var end: LogEnd
    private var arena = LogArena()
    /// The round that waits for its segment.
    private var round: LogRound?
    /// What is known of the round that is being written.
    private var written: (bytes: Int, nextOffset: UInt64, last: BatchHeader, durableEnd: UInt64)?
    /// The segment to go back to when the next one cannot be made.
    private var former: SegmentHeader?
    /// Whether somebody waits for what is under way, or for what is written, to last.
    private var wantsSynchronizing = false
    private var bytesSinceSynchronized = 0
    private var synchronizedAt: Instant
    private var isClosing = false
    /// Whether its epoch has not been written yet: nobody is shown anything before that lasts.
    private var isOpening = false
    private var chance: SplitMix64

    /// The offset of the next record.
    public private(set) var nextOffset: UInt64
    /// The epoch of what is appended.
    public var epoch: UInt32 { end.epoch }
    /// Everything below is written, and outlives the process.
    public var writtenEnd: UInt64 { end.nextOffset }
    /// Everything below lasts, also when the power fails.
    public private(set) var durableEnd: UInt64

    /// Whether a record that was refused as `full` may have room now.
    var hasRoom: Bool { arena.bytes.count < max(1, options.arenaBytes / 2) }

    /// Goes on where a log ends.
    ///
    /// Where the last writer did not close it, what readers had been shown may be lost without a trace: so this one
    /// begins a new epoch, which lasts before anything else is shown. An offset and its epoch name one record for good.
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
        self.options = options
        seal = BatchSeal(salt: segment.salt)
        nextOffset = end.nextOffset
        durableEnd = end.nextOffset
        synchronizedAt = now
        chance = SplitMix64(seed: randomSeed)
        guard !end.isClosed else { return }
        self.end.epoch += 1
        isOpening = true
        addProof(isClosing: false)
    }
}

// MARK: Appending

extension LogWriter {
    /// Appends a record.
    ///
    /// - Parameters:
    ///   - entry: The record.
    ///   - time: What the clock says, in nanoseconds since 1970.
    ///   - isDurable: Whether somebody waits until it lasts.
    /// - Returns: Its offset.
    /// - Throws: `LogError`: `full`, `tooLarge`, `poisoned`, `closed`. Nothing was appended then.
    /// - Complexity: O(bytes), amortised; allocates nothing for a record without anything but a payload.
    public mutating func append(
        _ entry: LogEntry,
        at time: UInt64,
        isDurable: Bool
    ) throws(LogError) -> UInt64 {
        try admit(entry.payload.count, isTooLarge: entry.isTooLarge)
        arena.begin(at: nextOffset, epoch: end.epoch, time: appendTime(time), batchBytes: options.batchBytes)
        arena.add(entry)
        return added(1, isDurable)
    }

    /// Appends records of which either all or none are in the log.
    ///
    /// - Parameters:
    ///   - entries: The records; at least one.
    ///   - time: What the clock says, in nanoseconds since 1970.
    ///   - isDurable: Whether somebody waits until they last.
    /// - Returns: The offset of the first.
    /// - Throws: As ``append(_:at:isDurable:)``.
    public mutating func append(
        atomically entries: [LogEntry],
        at time: UInt64,
        isDurable: Bool
    ) throws(LogError) -> UInt64 {
        let bytes = entries.reduce(0) { $0 + $1.approximateBytes }
        let isTooLarge = bytes > BatchHeader.maximumBodyBytes || entries.contains(where: \.isTooLarge)
        try admit(bytes, isTooLarge: isTooLarge)
        arena.beginAlone(at: nextOffset, epoch: end.epoch, time: appendTime(time))
        for entry in entries { arena.add(entry) }
        arena.endBatch()
        return added(entries.count, isDurable)
    }

    private func admit(_ bytes: Int, isTooLarge: Bool) throws(LogError) {
        switch stage {
        case .poisoned(let cause): throw LogError(.poisoned, "\(cause)", cause: cause)
        case .closed: throw LogError(.closed, "the log")
        default: break
        }
        if isClosing { throw LogError(.closed, "the log") }
        guard !isTooLarge else {
            throw LogError(.tooLarge, "a part of a record has at most \(RecordEncoder.maximumPartBytes) bytes")
        }
        // One record, however large, has room in an arena that is empty.
        guard arena.isEmpty || arena.bytes.count + bytes <= options.arenaBytes else {
            throw LogError(.full, "\(arena.bytes.count) bytes wait to be written")
        }
    }

    private mutating func added(_ count: Int, _ isDurable: Bool) -> UInt64 {
        defer { nextOffset += UInt64(count) }
        if isDurable { arena.wantsSynchronizing = true }
        return nextOffset
    }

    private mutating func appendTime(_ time: UInt64) -> UInt64 {
        // A clock that goes back does not turn time back.
        end.appendTime = max(end.appendTime, time)
        return end.appendTime
    }
}

// MARK: Rounds

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
        case (.truncated, .truncating): giveUp(&actions)
        case (.failed(let error), _): failed(error, &actions)
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

    private mutating func begin(_ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        if arena.isEmpty {
            if isClosing {
                if end.isClosed { return close(&actions) }
                addProof(isClosing: true)
            } else if durableEnd < writtenEnd {
                guard wantsSynchronizing || isDue(now) else { return }
                return synchronize(&actions)
            } else if end.provedEnd < durableEnd, synchronizedAt.advanced(by: options.proofDelay) <= now {
                addProof(isClosing: false)
            } else {
                return
            }
        }
        takeArena()
        // One without records would be followed by one of the same name.
        let size = end.position + (round?.bytes.count ?? 0)
        if size > options.segmentBytes, writtenEnd > segment.baseOffset { return roll(&actions) }
        write(&actions)
    }

    /// A batch without records, which says what lasts.
    private mutating func addProof(isClosing: Bool) {
        arena.beginAlone(at: nextOffset, epoch: end.epoch, time: end.appendTime, isClosing ? .closing : [])
        arena.endBatch()
        arena.wantsSynchronizing = true
    }

    private mutating func takeArena() {
        arena.endBatch()
        if arena.wantsSynchronizing { wantsSynchronizing = true }
        let (bytes, batches) = arena.take()
        round = LogRound(
            bytes,
            batches,
            at: end.position,
            nextOffset: nextOffset,
            seal: seal,
            chain: end.chain,
            durableEnd: durableEnd
        )
    }

    /// What is in a segment lasts before the next one is begun: only the last can end in a torn write.
    private mutating func roll(_ actions: inout Actions<LogWriterAction>) {
        guard let round else { return }
        former = segment
        segment = SegmentHeader(
            store: segment.store,
            log: segment.log,
            number: segment.number + 1,
            baseOffset: writtenEnd,
            salt: chance.next(),
            chain: end.chain,
            epoch: end.epoch,
            created: UInt32(clamping: (end.appendTime + 999_999_999) / 1_000_000_000)
        )
        self.round = round.moved(to: SegmentHeader.encodedBytes, BatchSeal(salt: segment.salt))
        stage = .rolling
        actions.append(.roll(segment))
    }

    private mutating func rolled(_ actions: inout Actions<LogWriterAction>) {
        former = nil
        seal = BatchSeal(salt: segment.salt)
        end.position = SegmentHeader.encodedBytes
        // The segment before was synchronised with that.
        durableEnd = writtenEnd
        bytesSinceSynchronized = 0
        actions.append(.published(written: writtenEnd, durable: durableEnd))
        write(&actions)
    }

    private mutating func write(_ actions: inout Actions<LogWriterAction>) {
        guard let round, let last = round.lastHeader else { return }
        stage = .writing
        self.round = nil
        written = (round.bytes.count, round.nextOffset, last, round.durableEnd)
        actions.append(.write(round))
    }

    private mutating func wrote(
        _ chain: UInt32,
        _ spare: [UInt8],
        _ now: Instant,
        _ actions: inout Actions<LogWriterAction>
    ) {
        guard let written else { return }
        self.written = nil
        arena.reuse(spare)
        end.position += written.bytes
        end.nextOffset = written.nextOffset
        end.chain = chain
        end.provedEnd = max(end.provedEnd, min(written.durableEnd, written.last.baseOffset))
        end.isClosed = written.last.attributes.contains(.closing)
        bytesSinceSynchronized += written.bytes
        stage = .idle
        if wantsSynchronizing || isDue(now) { return synchronize(&actions) }
        actions.append(.published(written: writtenEnd, durable: durableEnd))
        begin(now, &actions)
    }

    /// Whether the policy wants it, though nobody waits.
    private func isDue(_ now: Instant) -> Bool {
        switch options.flush {
        case .everyCommit: true
        case .interval(let interval): synchronizedAt.advanced(by: interval) <= now
        case .bytes(let bytes): bytesSinceSynchronized >= bytes
        case .bySystem: false
        }
    }

    private mutating func synchronize(_ actions: inout Actions<LogWriterAction>) {
        stage = .synchronizing
        wantsSynchronizing = false
        // Whoever waits for nothing but that it is written need not wait for this.
        if !isOpening { actions.append(.published(written: writtenEnd, durable: durableEnd)) }
        actions.append(.synchronize)
    }

    private mutating func synchronized(_ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        durableEnd = writtenEnd
        isOpening = false
        bytesSinceSynchronized = 0
        synchronizedAt = now
        stage = .idle
        actions.append(.published(written: writtenEnd, durable: durableEnd))
        begin(now, &actions)
    }

    private mutating func flush(_ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        guard !arena.isEmpty || stage != .idle || durableEnd < writtenEnd else { return }
        if !arena.isEmpty { arena.wantsSynchronizing = true }
        wantsSynchronizing = true
        if stage == .idle { begin(now, &actions) }
    }

    // MARK: Failure

    private mutating func failed(_ error: FileError, _ actions: inout Actions<LogWriterAction>) {
        switch stage {
        case .rolling where error.code == .noSpace:
            if let former { segment = former }
            giveUp(&actions)
        case .writing where error.code == .noSpace:
            stage = .truncating
            actions.append(.truncate(to: end.position))
        case .rolling, .writing, .synchronizing, .truncating:
            stage = .poisoned(error)
            arena.removeAll()
            let what = "what was appended from offset \(durableEnd) on may last or not: \(error)"
            actions.append(.ended(from: durableEnd, LogError(.indeterminate, what, cause: error)))
        case .idle, .closed, .poisoned: break
        }
    }

    /// There was no space: what was to be written is in the log neither now nor later.
    private mutating func giveUp(_ actions: inout Actions<LogWriterAction>) {
        stage = .idle
        round = nil
        written = nil
        former = nil
        arena.removeAll()
        wantsSynchronizing = false
        nextOffset = writtenEnd
        actions.append(.ended(from: writtenEnd, LogError(.noSpace, "what was appended from offset \(writtenEnd) on")))
    }

    private mutating func close(_ actions: inout Actions<LogWriterAction>) {
        stage = .closed
        actions.append(.closed)
    }
}
