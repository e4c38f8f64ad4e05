// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

/// The data lane to one process of a peer, with the socket that it has at the moment.
final class OutboundPeer: Sendable {
    struct State {
        var lane: OutboundLane
        var socket: DealerSocket?
        /// Whether somebody is handing frames to the socket: then all others only add to what waits.
        var isSending = false
        /// Whether what waits is to leave before its time; who is sending sees to that.
        var isUrgent = false
        /// Whether somebody lets others have their turn, and sends all that waits then: see ``Departure/soon``.
        var isPromised = false
        /// Whether the node has forgotten the process: numbers that were taken now would be given again.
        var isForgotten = false
        /// Somebody waited in vain for room: until there is some, nobody waits any more.
        var isStalled = false
        /// Whether it has been silent for longer than it announced: queue groups pass it over while they can.
        var isSuspect = false
        /// Messages that were dropped one after the other, not yet told.
        var drops: (range: ClosedRange<UInt64>, reason: DropReason)?
    }

    /// When a record leaves.
    enum Departure {
        /// With its batch.
        case inTime
        /// At once, with all that waits, unless frames are leaving already: somebody waits for it.
        case atOnce
        /// As soon as others who are about to send have had their turn. Who gets ``Offer/held`` lets them, and sends
        /// what waits.
        case soon
    }

    /// What became of a message, and the number that it has.
    enum Offer {
        case sent(UInt64)
        /// It waits for others to join it, see ``Departure/soon``.
        case held(UInt64)
        case full
        case dropped(UInt64)
        /// The process is gone, and the message has no number.
        case gone

        var isSent: Bool {
            switch self {
            case .sent, .held: true
            case .full, .dropped, .gone: false
            }
        }
        var isHeld: Bool { if case .held = self { true } else { false } }
        var isFull: Bool { if case .full = self { true } else { false } }
    }

    /// Its number in the table of routes.
    let slot: Int
    let process: ProcessID
    let name: String
    let state: Locked<State>

    init(slot: Int, process: ProcessID, name: String, options: LaneOptions, after last: UInt64) {
        self.slot = slot
        self.process = process
        self.name = name
        state = Locked(State(lane: OutboundLane(to: process.incarnation, options: options, after: last)))
    }

    /// Whether a message could be sent now, and somebody be expected to work on it.
    var isReachable: Bool { state.withLock { $0.lane.link != nil && !$0.isSuspect } }
}

extension OutboundPeer.State {
    /// For when a message that joined the open batch wants the alarm to be set; nil where it is set already. For a
    /// batch that somebody has promised to send it may be not.
    @inline(__always)
    var alarmForJoined: Instant? { lane.isNewBatch || isPromised ? lane.nextFlush : nil }

    /// What waits is to leave at once.
    ///
    /// - Returns: Whether the caller has to send; else somebody is at it.
    mutating func hurry() -> Bool {
        if isSending { isUrgent = true }
        return !isSending
    }

    /// Gives a message up; ranges that follow each other are told as one.
    ///
    /// - Returns: An earlier range that is complete with it.
    mutating func drop(for reason: DropReason) -> (ClosedRange<UInt64>, DropReason)? {
        let number = lane.drop()
        if let drops, drops.reason == reason, drops.range.upperBound + 1 == number {
            self.drops = (drops.range.lowerBound...number, reason)
            return nil
        }
        defer { drops = (number...number, reason) }
        return drops.map { ($0.range, $0.reason) }
    }

    /// The range of messages that were dropped and not told; after it, another begins.
    mutating func takeDrops() -> (ClosedRange<UInt64>, DropReason)? { drops.take().map { ($0.range, $0.reason) } }
}
