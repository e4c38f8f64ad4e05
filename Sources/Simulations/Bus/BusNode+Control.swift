// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership

/// The control machine, and its actions as the shell performs them.
extension BusNode {
    /// Tells the control machine of an event, and performs what follows, in order.
    mutating func drive(_ event: BusControlEvent, _ actions: inout Actions<Action>) {
        step(event, &actions)
        guard !isPerforming else { return }
        isPerforming = true
        var next = 0
        while next < performing.count {
            perform(performing[next], &actions)
            next += 1
        }
        performing.removeAll(keepingCapacity: true)
        isPerforming = false
    }

    private mutating func step(_ event: BusControlEvent, _ actions: inout Actions<Action>) {
        let before = control.incarnation
        let silence = steppedAt.nanoseconds(to: now)
        let wasAway = silence > lifetime && control.nextDeadline.map { $0 <= now } ?? false
        steppedAt = now
        var wanted = Actions<BusControlAction>()
        control.step(event, at: now, into: &wanted)
        performing += wanted
        guard (control.incarnation > before) != wasAway else { return }
        let details = "it made no step for \(silence) ns"
        let name = wasAway ? "who was away for longer than its life is a new process" : "a process stays what it is"
        complain(name, details, &actions)
    }

    private mutating func perform(_ action: BusControlAction, _ actions: inout Actions<Action>) {
        switch action {
        case .open(let number, let endpoint): open(number, endpoint)
        case .close(let number): wires.removeAll { $0.number == number }
        case .send(let frame, let number): send(frame, on: number, &actions)
        case .answer(let frame, let link): answer(frame, to: link, &actions)
        case .inboundUp(let link, _): inboundUp(link, &actions)
        case .inboundDown(let link): inboundDown(link, &actions)
        case .forgetInbound(let id, let incarnation):
            let process = ProcessID(id, incarnation)
            guard let sender = senders.removeValue(forKey: process) else { return }
            actions.append(.note(.publisherLost(process, last: sender.lane.received)))
        case .linkUp(let number, let peer, let received): linkUp(number, peer, received, &actions)
        case .linkDown(_, let peer): linkDown(ProcessID(peer.id, peer.incarnation), &actions)
        case .forgetOutbound(let id, let incarnation): forgetOutbound(ProcessID(id, incarnation), &actions)
        case .granted(let number, let position): granted(number, position, &actions)
        case .interestChanged(let peer, let difference): interestChanged(peer, difference, &actions)
        case .interestConfirmed, .interestRefused, .news: break
        case .interestRejected(let interest, let error):
            complain("interests within the limits are taken", "\(interest): \(error)", &actions)
        case .superseded(let later):
            complain("nobody takes the name of a process that runs", "\(String(describing: later))", &actions)
        case .restarted(let incarnation):
            actions.append(.note(.began(incarnation)))
            // What was numbered before was another process's.
            memory = LaneMemory()
            guard senders.isEmpty, slots.isEmpty, wires.isEmpty, followed.allSatisfy({ $0 == 0 }) else {
                return complain("a new process begins with nothing but its subscriptions", "", &actions)
            }
        }
    }

    // MARK: Frames

    private func send(_ frame: ControlFrame, on number: UInt32, _ actions: inout Actions<Action>) {
        guard let wire = wire(number) else { return }
        if case .position(let position) = frame.body { checkPosition(position, wire.position, &actions) }
        guard wire.spoiled & 1 == 0 else { return }
        let body = setting.encodes ? encoded(frame, &actions).map { .controlBytes($0) } : BusParcel.Body.control(frame)
        guard let body else { return }
        let link = LinkID(control.id, control.incarnation, number: number)
        let parcel = BusParcel(link: link, epoch: wire.epoch, body: body)
        actions.append(.send(parcel, to: BusSetting.id(of: wire.position)))
    }

    private func answer(_ frame: ControlFrame, to link: LinkID, _ actions: inout Actions<Action>) {
        let other = BusSetting.position(of: link.node)
        guard epochs[other] > 0 else { return }
        let body = setting.encodes ? encoded(frame, &actions).map { .answerBytes($0) } : BusParcel.Body.answer(frame)
        guard let body else { return }
        actions.append(.send(BusParcel(link: link, epoch: epochs[other], body: body), to: link.node))
    }

    private func encoded(_ frame: ControlFrame, _ actions: inout Actions<Action>) -> [UInt8]? {
        do throws(CodecError) {
            return try frame.encoded()
        } catch {
            complain("what nodes say can be encoded", "\(error)", &actions)
            return nil
        }
    }

    func decoded(_ bytes: [UInt8], _ actions: inout Actions<Action>) -> ControlFrame? {
        do throws(CodecError) {
            return try ControlFrame(decoding: bytes[...])
        } catch {
            complain("what nodes say can be decoded", "\(error)", &actions)
            return nil
        }
    }

    /// A position says of the link that stands what is here, and no more.
    private func checkPosition(_ position: LanePosition, _ other: Int, _ actions: inout Actions<Action>) {
        guard let link = letIn[other], link.number == position.link else {
            return complain("a position is about the link that is let in", "\(position)", &actions)
        }
        let lane = senders[ProcessID(link.node, link.incarnation)]?.lane
        guard let lane, position.received <= lane.received ?? 0, position.granted <= lane.granted else {
            return complain("a position confirms what was received", "\(position)", &actions)
        }
    }

    // MARK: Interest

    private mutating func interestChanged(
        _ peer: BusPeer,
        _ difference: InterestDifference,
        _ actions: inout Actions<Action>
    ) {
        let other = BusSetting.position(of: peer.id)
        let slot = need(ProcessID(peer.id, peer.incarnation))
        guard let added = universe.mask(of: difference.added), let removed = universe.mask(of: difference.removed),
            added & followed[other] == 0, removed & ~followed[other] == 0, added & removed == 0
        else { return complain("changes of interest add up", "\(peer): \(difference)", &actions) }
        followed[other] = followed[other] & ~removed | added
        followedProcess[other] = peer.incarnation
        for interest in difference.removed { routes.remove(interest, for: slot) }
        for interest in difference.added {
            guard (try? routes.insert(interest, for: slot)) != nil else {
                return complain("there is room for what peers want", "\(interest)", &actions)
            }
        }
    }

    mutating func subscribe(_ number: Int, _ actions: inout Actions<Action>) {
        let interest = universe.interests[number]
        let place = subscriptions.firstIndex(of: nil) ?? subscriptions.count
        guard (try? localRoutes.insert(interest, for: place)) != nil else { return }
        if place == subscriptions.count { subscriptions.append(number) } else { subscriptions[place] = number }
        counts[number] += 1
        if counts[number] == 1 {
            wanted |= 1 << UInt64(number)
            try? routes.insert(interest, for: 0)
        }
        drive(.subscribe(interest), &actions)
    }

    mutating func unsubscribe(_ number: Int, _ actions: inout Actions<Action>) {
        guard let place = subscriptions.firstIndex(of: number) else { return }
        let interest = universe.interests[number]
        localRoutes.remove(interest, for: place)
        subscriptions[place] = nil
        counts[number] -= 1
        if counts[number] == 0 {
            wanted &= ~(1 << UInt64(number))
            routes.remove(interest, for: 0)
        }
        drive(.unsubscribe(interest), &actions)
    }
}
