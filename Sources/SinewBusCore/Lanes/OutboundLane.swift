// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The data lane to one process of a peer, as its sender keeps it: numbers, batches, credit, and what is in doubt.
///
/// Every message for the peer takes a number, also one that is refused: so the receiver sees what it did not get. The
/// numbering outlives links. What waits is bounded (``LaneOptions/maximumQueuedBytes``), and so is what may be in
/// doubt: no more bytes are on their way than the peer has granted.
///
/// A shell appends under a lock, and sends what ``takeFrame(at:force:)`` gives it, one frame at a time and in order.
public struct OutboundLane: Sendable {
    /// What became of a message.
    public enum Appended: Hashable, Sendable {
        /// It waits; ``nextFlush`` says until when.
        case joined
        /// It has a number, and a frame is due now.
        case due
        /// As much waits as may wait: nothing has changed. Wait for room, or ``drop()`` it.
        case full
        /// What was written has another size than was said: nothing has changed.
        case misfit
    }

    /// How batches are made.
    public let options: LaneOptions
    /// The process at the other end.
    public let destination: Incarnation

    /// The number of the last message, sent or not.
    public internal(set) var assigned: UInt64 = 0
    /// The last message that was handed to the link.
    public internal(set) var sent: UInt64 = 0
    /// The last message that the peer is known to have, or to know of.
    public internal(set) var confirmed: UInt64 = 0
    /// What was in doubt when the last link ended, and has not been resolved.
    public internal(set) var doubt: ClosedRange<UInt64>?
    /// The link that stands; nil for none.
    public internal(set) var link: UInt32?
    /// How many bytes wait to be sent.
    public internal(set) var queuedBytes = 0
    /// Words of the peer that cannot be true, and were ignored.
    public internal(set) var contradictions: UInt64 = 0

    @usableFromInline var maximumFrameBytes = 0
    var sentBytes: UInt64 = 0
    var grantedBytes: UInt64 = 0
    var windowBytes: UInt64 = 0
    private var lastSent = Int64.min / 2
    private let idleNanoseconds: Int64
    private let delayNanoseconds: Int64
    private let streamNanoseconds: Int64
    /// Whether the batch before the present one had so many messages that more are coming.
    private var isStream = false

    /// Frames that are closed, oldest first, from `firstClosed` on.
    var closed: ContiguousArray<LaneFrame> = []
    var firstClosed = 0
    @usableFromInline var open: [UInt8] = []
    @usableFromInline var openFirst: UInt64 = 0
    @usableFromInline var openCount: UInt32 = 0
    @usableFromInline var openedAt: Int64 = 0
    /// Whether numbers were given up since the last frame: the peer has to be told, even if nothing follows.
    var hasGap = false

    #if PlantedBugs
    package var plantedBug: BusPlantedBug?
    #endif

    /// A lane without a link.
    ///
    /// - Parameters:
    ///   - destination: The process at the other end.
    ///   - options: How batches are made.
    ///   - last: The number after which it begins: that of the last message which went to the process before, see
    ///     ``LaneMemory``.
    public init(to destination: Incarnation, options: LaneOptions = LaneOptions(), after last: UInt64 = 0) {
        let options = options.normalized
        self.destination = destination
        self.options = options
        (assigned, sent, confirmed) = (last, last, last)
        idleNanoseconds = options.idleTime.wholeNanoseconds
        delayNanoseconds = options.batchDelay.wholeNanoseconds
        streamNanoseconds = options.batchDelay == .zero ? 0 : options.streamDelay.wholeNanoseconds
    }

    // MARK: Messages

    /// Whether the next ``append(size:at:_:)`` wants the present instant; else it takes any: telling the time costs as
    /// much as the rest of it.
    @inlinable public var wantsTime: Bool { openCount & 15 == 0 }

    /// Gives a message its number and lets it wait, unless there is no room.
    ///
    /// - Parameters:
    ///   - size: How many bytes its record has.
    ///   - now: The present instant; ignored unless ``wantsTime``.
    ///   - write: Appends exactly that many bytes.
    /// - Returns: What became of it. Without a link, and for what is too large, nothing has changed: see
    ///   ``obstacle(size:)``.
    @inlinable
    public mutating func append(size: Int, at now: Instant, _ write: (inout [UInt8]) -> Void) -> Appended {
        guard queuedBytes + size <= options.maximumQueuedBytes || queuedBytes == 0 else { return .full }
        // The peer takes each of them, and not both in one frame.
        let isTooMuch = openCount > 0 && open.count + size > maximumFrameBytes
        if isTooMuch { closeOpen() }
        let isFirst = openCount == 0
        if isFirst { begin(size, at: now) }
        let before = open.count
        write(&open)
        guard open.count == before + size else { return misfit(before, isFirst: isFirst) }
        let appended = appended(size: size, isFirst: isFirst, at: now)
        return isTooMuch ? .due : appended
    }

    @usableFromInline
    mutating func begin(_ size: Int, at now: Instant) {
        open = []
        // Most batches of a stream are full; most others have one message.
        let expected = isStream ? min(options.batchBytes, options.maximumQueuedBytes) + 4096 : 0
        open.reserveCapacity(max(expected, DataFrameHead.encodedBytes + size))
        openFirst = assigned + 1
        openedAt = now.nanoseconds
        DataFrameHead(to: destination, first: openFirst, count: 0).append(to: &open)
        queuedBytes += DataFrameHead.encodedBytes
    }

    /// The record has not the size that was said, so a frame with it could not be read.
    @inline(never)
    @usableFromInline
    mutating func misfit(_ before: Int, isFirst: Bool) -> Appended {
        open.removeSubrange(before...)
        if isFirst {
            queuedBytes -= DataFrameHead.encodedBytes
            open = []
        }
        return .misfit
    }

    @usableFromInline
    mutating func appended(size: Int, isFirst: Bool, at now: Instant) -> Appended {
        assigned += 1
        openCount += 1
        queuedBytes += size
        if open.count >= options.batchBytes || openCount == .max {
            closeOpen()
            return .due
        }
        if isFirst {
            let isIdle = closedCount == 0 && now.nanoseconds - lastSent >= idleNanoseconds
            // The stream has ended, and what is due now must not wait as a part of it.
            if isIdle { isStream = false }
            return isIdle || delayNanoseconds == 0 ? .due : .joined
        }
        return openCount & 15 == 1 && now.nanoseconds - openedAt >= delay ? .due : .joined
    }

    /// Why no message of this size can be sent now or soon; nil when one can.
    ///
    /// - Parameter size: How many bytes its record has.
    @inlinable
    public func obstacle(size: Int) -> DropReason? {
        guard link != nil else { return .notLinked }
        return fits(size) ? nil : .tooLarge
    }

    @usableFromInline
    func fits(_ size: Int) -> Bool { size + DataFrameHead.encodedBytes <= maximumFrameBytes }

    /// Gives a message a number and drops it.
    ///
    /// - Returns: Its number.
    @discardableResult
    public mutating func drop() -> UInt64 {
        closeOpen()
        assigned += 1
        hasGap = true
        #if PlantedBugs
        if plantedBug == .gapForgotten { hasGap = false }
        #endif
        return assigned
    }

    // MARK: Frames

    /// When a frame is due at the latest; nil when none is, or when one has to wait for credit.
    public var nextFlush: Instant? {
        guard openCount > 0, closedCount == 0 else { return nil }
        let end = openedAt + delay
        return Instant(nanoseconds: isStream ? end : min(end, max(openedAt, lastSent + idleNanoseconds)))
    }

    /// Whether the batch has only just begun, so that somebody has to see to ``nextFlush``.
    @inlinable public var isNewBatch: Bool { openCount == 1 }

    /// How many records are in the open batch.
    @inlinable public var openRecords: Int { Int(openCount) }

    /// Whether a frame is complete, and waits to be taken.
    public var hasClosed: Bool { closedCount > 0 }

    /// Takes the next frame to be sent, if one is due and the peer has granted that much.
    ///
    /// - Parameters:
    ///   - now: The present instant.
    ///   - force: Whether a batch is due also before its time.
    /// - Returns: The frame; nil when there is none for now.
    public mutating func takeFrame(at now: Instant, force: Bool = false) -> [UInt8]? {
        guard link != nil else { return nil }
        if closedCount == 0 {
            if openCount > 0 {
                guard force || isOpenDue(at: now) else { return nil }
                closeOpen(after: now.nanoseconds - openedAt)
            } else if hasGap {
                close(DataFrameHead(to: destination, first: assigned + 1, count: 0))
            } else {
                return nil
            }
        }
        let frame = closed[firstClosed]
        let size = UInt64(frame.bytes.count)
        guard isGranted(size) else { return nil }
        closed[firstClosed].bytes = []
        firstClosed += 1
        if firstClosed == closed.count {
            closed.removeAll(keepingCapacity: true)
            firstClosed = 0
        } else if firstClosed >= 64, 2 * firstClosed >= closed.count {
            // Where there is always more, it would never be empty.
            closed.removeFirst(firstClosed)
            firstClosed = 0
        }
        sentBytes += size
        sent = frame.last
        queuedBytes -= frame.bytes.count
        lastSent = now.nanoseconds
        return frame.bytes
    }

    /// Whether everything that was accepted has been taken.
    public var isDrained: Bool { openCount == 0 && closedCount == 0 }

    /// How long the present batch may wait.
    private var delay: Int64 { isStream ? streamNanoseconds : delayNanoseconds }

    private var closedCount: Int { closed.count - firstClosed }

    /// Whether the peer takes so many bytes more; a frame that is larger than its window goes alone.
    private func isGranted(_ size: UInt64) -> Bool {
        #if PlantedBugs
        if plantedBug == .creditIgnored { return true }
        #endif
        return sentBytes + size <= grantedBytes || sentBytes + windowBytes == grantedBytes
    }

    private func isOpenDue(at now: Instant) -> Bool {
        now.nanoseconds - openedAt >= delay || (!isStream && now.nanoseconds - lastSent >= idleNanoseconds)
    }

    /// - Parameter age: How old the batch is, where it is its age that closes it; else it is full, or young.
    @usableFromInline
    mutating func closeOpen(after age: Int64 = 0) {
        guard openCount > 0 else { return }
        DataFrameHead(to: destination, first: openFirst, count: openCount).overwrite(&open)
        let last = openFirst + UInt64(openCount) - 1
        var bytes: [UInt8] = []
        swap(&bytes, &open)
        closed.append(LaneFrame(bytes: bytes, last: last, count: openCount))
        isStream = openCount >= options.streamMessages && comesFast(after: age)
        openCount = 0
        hasGap = false
    }

    /// Whether the messages of the batch came at an eighth of the rate that begins a stream.
    private func comesFast(after age: Int64) -> Bool {
        8 * Double(openCount) * Double(delayNanoseconds) >= Double(options.streamMessages) * Double(age)
    }

    /// A frame without messages, which tells the peer which numbers it will not get.
    private mutating func close(_ head: DataFrameHead) {
        var bytes: [UInt8] = []
        head.append(to: &bytes)
        queuedBytes += bytes.count
        closed.append(LaneFrame(bytes: bytes, last: assigned, count: 0))
        hasGap = false
    }
}
