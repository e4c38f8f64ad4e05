// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

extension NodeCore {
    /// How many records share a frame at most that leaves soon: more would keep the peer waiting while they are made.
    private static let sharing = 8

    /// Gives a record to a peer's lane, and sends what is due.
    ///
    /// - Parameters:
    ///   - size: How many bytes it has.
    ///   - peer: Whom it is for.
    ///   - mayWait: Whether the caller would wait for room; else a full lane drops the record.
    ///   - departure: When it leaves.
    ///   - write: Appends its bytes.
    @inline(__always)
    func offer(
        size: Int,
        to peer: OutboundPeer,
        mayWait: Bool,
        leaving departure: OutboundPeer.Departure = .inTime,
        _ write: (inout [UInt8]) -> Void
    ) -> OutboundPeer.Offer {
        var told: (ClosedRange<UInt64>, DropReason)?
        var isUrgent = departure == .atOnce
        let (offer, isDue, flush) = peer.state.withLock { state -> (OutboundPeer.Offer, Bool, Instant?) in
            if state.isForgotten { return (.gone, false, nil) }
            if let obstacle = state.lane.obstacle(size: size) {
                told = state.drop(for: obstacle)
                // The peer is told of the gap, even if nothing follows.
                return (.dropped(state.lane.assigned), !state.isSending, nil)
            }
            let now = state.lane.wantsTime ? Monotonic.now : .origin
            let appended = state.lane.append(size: size, at: now, write)
            let number = state.lane.assigned
            switch appended {
            case .joined where departure == .inTime: return (.sent(number), false, state.alarmForJoined)
            case .joined where departure == .soon && state.lane.openRecords >= Self.sharing:
                isUrgent = true
                return (.sent(number), state.hurry(), nil)
            case .joined where departure == .soon, .due where departure == .soon && state.lane.isNewBatch:
                // Should whoever has promised to send it not get his turn.
                let latest = state.lane.isNewBatch ? now.advanced(by: .milliseconds(1)) : nil
                guard !state.isPromised else { return (.sent(number), false, latest) }
                state.isPromised = true
                return (.held(number), state.lane.hasClosed && !state.isSending, latest)
            case .joined: return (.sent(number), state.hurry(), nil)
            case .due: return (.sent(number), departure == .atOnce ? state.hurry() : !state.isSending, nil)
            case .full:
                if mayWait, !state.isStalled { return (.full, !state.isSending, nil) }
                told = state.drop(for: .full)
                return (.dropped(state.lane.assigned), !state.isSending, nil)
            case .misfit:
                told = state.drop(for: .tooLarge)
                return (.dropped(state.lane.assigned), !state.isSending, nil)
            }
        }
        if isDue { send(peer, force: isUrgent) }
        if let flush { flushAlarm.schedule(peer.slot, at: flush) }
        if case .dropped = offer { dropped(told, for: peer) }
        // Whoever published it is told, and everybody that the process is gone.
        if case .gone = offer { counters.dropped.add() }
        return offer
    }

    /// Hands the frames that are due to the peer's socket, one after the other, unless somebody does so already.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - force: Whether all that waits is due.
    func send(_ peer: OutboundPeer, force: Bool = false) {
        var hasSent = false
        while true {
            let next = peer.state.withLock { state -> (socket: DealerSocket, frame: [UInt8])? in
                if state.isSending, !hasSent {
                    if force { state.isUrgent = true }
                    return nil
                }
                guard let socket = state.socket,
                    let frame = state.lane.takeFrame(at: Monotonic.now, force: force || state.isUrgent)
                else {
                    state.isSending = false
                    state.isUrgent = false
                    return nil
                }
                state.isSending = true
                return (socket, frame)
            }
            guard let next else { break }
            hasSent = true
            counters.framesSent.add()
            // What the socket does not take now has no connection any more, and the link ends: it is in doubt.
            _ = try? next.socket.trySend(Message(next.frame))
        }
        guard hasSent else { return }
        let (flush, hasRoom) = peer.state.withLock { state in
            let hasRoom = state.lane.queuedBytes <= state.lane.options.maximumQueuedBytes / 2
            if hasRoom { state.isStalled = false }
            return (state.lane.nextFlush, hasRoom)
        }
        if hasRoom { room.wakeAll() }
        if let flush { flushAlarm.schedule(peer.slot, at: flush) }
    }

    /// Sends what has waited for long enough.
    func flushDue(_ slot: Int) {
        guard let peer = outbound.withLock({ $0.peer(in: slot) }) else { return }
        send(peer)
        // A batch that was begun after the one that this was set for has a later time.
        let flush = peer.state.withLock { $0.isSending ? nil : $0.lane.nextFlush }
        if let flush { flushAlarm.schedule(slot, at: flush) }
    }

    /// Tells what was dropped for a peer and was not told yet.
    func tellDrops(_ slot: Int) {
        guard let peer = outbound.withLock({ $0.peer(in: slot) }) else { return }
        tellDrops(of: peer)
    }

    /// Tells what was dropped for a peer and was not told yet.
    func tellDrops(of peer: OutboundPeer) {
        guard let (range, reason) = peer.state.withLock({ $0.takeDrops() }) else { return }
        tell(peer, .dropped(range, reason))
    }

    /// Drops that follow each other are told together, a tenth of a second after the first.
    @inline(never)
    private func dropped(_ earlier: (ClosedRange<UInt64>, DropReason)?, for peer: OutboundPeer) {
        if let earlier { tell(peer, .dropped(earlier.0, earlier.1)) }
        dropAlarm.schedule(peer.slot, at: Monotonic.now.advanced(by: .milliseconds(100)))
    }

    func tell(_ peer: OutboundPeer, _ kind: BusEvent.Kind) {
        if case .dropped(let range, _) = kind { counters.dropped.add(range.count) }
        tell(BusEvent(kind, node: peer.name, process: peer.process))
    }
}
