// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// Whom we do not let in, or not any more.
extension BusControl {
    mutating func unknownLink(_ link: LinkID, _ now: Instant, _ actions: inout Actions<Action>) {
        // Let in meanwhile, or told by the control lane that it is not.
        guard inboundPlace(link) == nil else {
            counters.late += 1
            return
        }
        counters.unknownLinks += 1
        refuse(link, Refusal(.unknownLink, "this link is not let in: say hello first"), now, &actions)
    }

    mutating func undecodable(from link: LinkID, _ now: Instant, _ actions: inout Actions<Action>) {
        counters.undecodable += 1
        membershipStep(.undecodable, now, &actions)
        expel(link, Refusal(.garbage, "what came over this link is no frame"), now, &actions)
    }

    mutating func flooded(_ link: LinkID, _ now: Instant, _ actions: inout Actions<Action>) {
        counters.floods += 1
        expel(link, Refusal(.flood, "more data came than was granted"), now, &actions)
    }

    mutating func otherVersion(
        _ version: UInt8,
        from link: LinkID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        counters.otherVersions += 1
        expel(link, Refusal(.version, "version \(version) of the protocol is not spoken here"), now, &actions)
    }

    /// Refuses a link, and takes nothing more of it if it was let in.
    mutating func expel(_ link: LinkID, _ refusal: Refusal, _ now: Instant, _ actions: inout Actions<Action>) {
        if let place = inboundPlace(link) { putDown(place, &actions) }
        refuse(link, refusal, now, &actions)
    }

    /// Tells an opener that its link is not let in, and everybody here: not too often.
    mutating func refuse(_ link: LinkID, _ refusal: Refusal, _ now: Instant, _ actions: inout Actions<Action>) {
        guard limiter.admits(link, at: now) else {
            counters.suppressedRefusals += 1
            return
        }
        counters.refusals += 1
        actions.append(.answer(ControlFrame(to: link.incarnation, .refusal(refusal)), to: link))
        actions.append(.news(.refused(link, refusal)))
    }

    /// Takes nothing more that comes over a peer's link.
    mutating func putDown(_ place: Int, _ actions: inout Actions<Action>) {
        guard let link = peers[place].inboundLink else { return }
        peers[place].inbound = nil
        timers.cancel(.position(link.node))
        actions.append(.inboundDown(link))
    }

    /// A later process has our name. Said once for each that is later still.
    mutating func superseded(by later: Incarnation?, _ actions: inout Actions<Action>) {
        let rank = later ?? incarnation
        if let supersededBy, supersededBy >= rank { return }
        supersededBy = rank
        actions.append(.superseded(by: later))
    }
}
