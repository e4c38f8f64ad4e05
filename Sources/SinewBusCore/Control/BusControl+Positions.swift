// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// How far we are with what comes to us, and when its sender is told.
extension BusControl {
    mutating func position(
        _ link: LinkID,
        _ received: UInt64,
        _ granted: UInt64,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard let place = inboundPlace(link), var inbound = peers[place].inbound, inbound.isWelcomed,
            received >= inbound.received, granted >= inbound.granted
        else {
            counters.late += 1
            return
        }
        (inbound.received, inbound.granted) = (received, granted)
        peers[place].inbound = inbound
        guard inbound.hasNews else { return }
        if inbound.isUrgent(windowBytes: UInt64(options.windowBytes)) {
            tellPosition(to: link.node, &actions)
        } else if !inbound.isDue {
            peers[place].inbound?.isDue = true
            let wait = max(.nanoseconds(1), options.positionInterval)
            timers.set(.position(link.node), at: now.advanced(by: wait))
        }
    }

    /// Tells a peer how far we are, if there is news and a link to tell it over; else it is told on the next link.
    ///
    /// - Parameter isFirst: Whether the link is new: what was said over an earlier one may be lost.
    mutating func tellPosition(to id: NodeID, isFirst: Bool = false, _ actions: inout Actions<Action>) {
        timers.cancel(.position(id))
        guard let place = index(of: id) else { return }
        peers[place].inbound?.isDue = false
        guard let number = upLink(to: place), var inbound = peers[place].inbound, inbound.isWelcomed,
            isFirst || inbound.hasNews
        else { return }
        inbound.tell()
        peers[place].inbound = inbound
        counters.positions += 1
        actions.append(.send(ControlFrame(to: peers[place].incarnation, .position(inbound.position)), on: number))
    }
}
