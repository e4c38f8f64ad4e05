// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// From the arena to the disk.
extension LogWriter {
    mutating func begin(_ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        if arena.isEmpty {
            if isClosing {
                if endsWithoutProof, durableEnd < writtenEnd { return synchronize(&actions) }
                if end.isClosed || endsWithoutProof { return close(&actions) }
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
    mutating func addProof(isClosing: Bool) {
        arena.beginAlone(at: nextOffset, epoch: end.epoch, time: end.appendTime, isClosing ? .closing : [])
        arena.endBatch()
        arena.wantsSynchronizing = true
    }

    mutating func takeArena() {
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
    mutating func roll(_ actions: inout Actions<LogWriterAction>) {
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

    mutating func rolled(_ actions: inout Actions<LogWriterAction>) {
        former = nil
        seal = BatchSeal(salt: segment.salt)
        end.position = SegmentHeader.encodedBytes
        // The segment before was synchronised with that.
        durableEnd = writtenEnd
        bytesSinceSynchronized = 0
        actions.append(.published(written: writtenEnd, durable: durableEnd))
        write(&actions)
    }

    mutating func write(_ actions: inout Actions<LogWriterAction>) {
        guard let round, let last = round.lastHeader else { return }
        stage = .writing
        self.round = nil
        written = (round.bytes.count, round.nextOffset, last, round.durableEnd)
        actions.append(.write(round))
    }

    mutating func wrote(
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
        if wantsSynchronizing || isOpening || isDue(now) { return synchronize(&actions) }
        actions.append(.published(written: writtenEnd, durable: durableEnd))
        begin(now, &actions)
    }

    /// Whether the policy wants it, though nobody waits.
    func isDue(_ now: Instant) -> Bool {
        switch options.flush {
        case .everyCommit: true
        case .interval(let interval): synchronizedAt.advanced(by: interval) <= now
        case .bytes(let bytes): bytesSinceSynchronized >= bytes
        case .bySystem: false
        }
    }

    mutating func synchronize(_ actions: inout Actions<LogWriterAction>) {
        stage = .synchronizing
        wantsSynchronizing = false
        // Whoever waits for nothing but that it is written need not wait for this.
        if !isOpening { actions.append(.published(written: writtenEnd, durable: durableEnd)) }
        actions.append(.synchronize)
    }

    mutating func synchronized(_ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        durableEnd = writtenEnd
        isOpening = false
        bytesSinceSynchronized = 0
        synchronizedAt = now
        stage = .idle
        actions.append(.published(written: writtenEnd, durable: durableEnd))
        begin(now, &actions)
    }

    mutating func flush(_ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        guard !arena.isEmpty || stage != .idle || durableEnd < writtenEnd else { return }
        if !arena.isEmpty { arena.wantsSynchronizing = true }
        wantsSynchronizing = true
        if stage == .idle { begin(now, &actions) }
    }

    mutating func close(_ actions: inout Actions<LogWriterAction>) {
        stage = .closed
        actions.append(.closed)
    }
}
