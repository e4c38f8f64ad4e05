// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership

/// What goes out: numbers, batches, credit, as the shell does it.
extension BusNode {
    // MARK: Links

    mutating func linkUp(_ number: UInt32, _ peer: BusPeer, _ received: UInt64?, _ actions: inout Actions<Action>) {
        let process = ProcessID(peer.id, peer.incarnation)
        let slot = need(process)
        peers[slot]?.sentBytes = 0
        peers[slot]?.grantedBytes = peer.windowBytes
        peers[slot]?.window = peer.windowBytes
        let resolution = peers[slot]?.lane.linkUp(
            number,
            maximumFrameBytes: peer.maximumFrameBytes,
            windowBytes: peer.windowBytes,
            received: received
        )
        if let range = resolution?.delivered { actions.append(.note(.resolved(range, at: process))) }
        if let range = resolution?.lost { actions.append(.note(.lost(range, at: process))) }
        send(slot, &actions)
    }

    mutating func linkDown(_ process: ProcessID, _ actions: inout Actions<Action>) {
        guard let slot = slots[process], peers[slot]?.lane.link != nil, let loss = peers[slot]?.lane.linkDown() else {
            return
        }
        for range in loss.dropped { actions.append(.note(.dropped(range, for: process, .linkLost))) }
        if let range = loss.inDoubt { actions.append(.note(.inDoubt(range, at: process))) }
        actions.append(.note(.linkEnded(to: process)))
    }

    mutating func forgetOutbound(_ process: ProcessID, _ actions: inout Actions<Action>) {
        guard let slot = slots[process] else { return }
        linkDown(process, &actions)
        memory.forget(process, last: peers[slot]?.lane.assigned ?? 0)
        slots[process] = nil
        peers[slot] = nil
        freeSlots.append(slot)
        guard followed[BusSetting.position(of: process.node)] == 0 else {
            return complain("nothing is wanted by a process that is gone", "\(process)", &actions)
        }
    }

    mutating func granted(_ number: UInt32, _ position: LanePosition, _ actions: inout Actions<Action>) {
        guard let slot = peers.firstIndex(where: { $0?.lane.link == number }), let process = peers[slot]?.process else {
            return
        }
        actions.append(.note(.confirmed(position.received, by: process)))
        let contradictions = peers[slot]?.lane.contradictions
        let hasMore = peers[slot]?.lane.told(position) ?? false
        if peers[slot]?.lane.contradictions != contradictions {
            complain("peers say of a lane what can be", "\(process): \(position)", &actions)
        }
        if hasMore {
            peers[slot]?.grantedBytes = position.granted
            send(slot, &actions)
        }
    }

    /// The number in the table of routes of a process.
    mutating func need(_ process: ProcessID) -> Int {
        if let slot = slots[process] { return slot }
        let slot = freeSlots.popLast() ?? peers.count
        var lane = OutboundLane(to: process.incarnation, options: setting.lane, after: memory.recall(process))
        #if PlantedBugs
        lane.plantedBug = setting.plantedBug
        #endif
        let peer = OutPeer(process: process, lane: lane)
        if slot == peers.count { peers.append(peer) } else { peers[slot] = peer }
        slots[process] = slot
        return slot
    }

    // MARK: Messages

    mutating func publish(_ subject: Int, _ id: UInt64, _ bytes: Int, _ actions: inout Actions<Action>) {
        let payload = (0..<8).map { UInt8(truncatingIfNeeded: id >> (8 * UInt64($0))) }
        let padded = payload + [UInt8](repeating: 0, count: max(0, bytes - payload.count))
        let name = BusUniverse.subjects[subject]
        guard let plan = routes.plan(for: name.span) else { return }
        let peers = peers
        func isReachable(_ slot: Int) -> Bool { slot == 0 || peers[slot]?.lane.link != nil }
        #if PlantedBugs
        let targets = plan.choose(using: &random, with: setting.plantedBug, isReachable: isReachable)
        #else
        let targets = plan.choose(using: &random, isReachable: isReachable)
        #endif
        for target in targets {
            if target.receiver == 0 {
                deliver(name, id, isPlain: target.isPlain, target.groups, from: process, 0, &actions)
            } else {
                offer(name, padded, id, target, &actions)
            }
        }
    }

    private mutating func offer(
        _ subject: [UInt8],
        _ payload: [UInt8],
        _ id: UInt64,
        _ target: Target,
        _ actions: inout Actions<Action>
    ) {
        let slot = target.receiver
        guard let peer = peers[slot] else {
            return complain("nothing is sent to a process that is gone", "slot \(slot)", &actions)
        }
        let size = RecordWriter.messageBytes(
            subjectBytes: subject.count,
            payloadBytes: payload.count,
            groups: target.groups
        )
        actions.append(.note(.assigned(peer.lane.assigned + 1, to: peer.process, id: id)))
        var reason = peer.lane.obstacle(size: size)
        if reason == nil {
            let appended = peers[slot]?.lane.append(size: size, at: now) { frame in
                try? RecordWriter.appendMessage(
                    subject: subject.span,
                    payload: payload.span,
                    groups: target.groups,
                    isForGroupsOnly: !target.isPlain,
                    to: &frame
                )
            }
            switch appended {
            case .due: break
            case .joined, nil: return scheduleFlush(slot)
            case .full: reason = .full
            case .misfit: return complain("records have the size that was said", "\(size)", &actions)
            }
        }
        if let reason, let number = peers[slot]?.lane.drop() {
            actions.append(.note(.dropped(number...number, for: peer.process, reason)))
        }
        send(slot, &actions)
    }

    /// Hands over the frames that are due.
    private mutating func send(_ slot: Int, _ actions: inout Actions<Action>) {
        while let frame = peers[slot]?.lane.takeFrame(at: now) {
            guard let peer = peers[slot], let number = peer.lane.link else { return }
            peers[slot]?.sentBytes += UInt64(frame.count)
            // In doubt is never more than the window, or one frame.
            let doubtful = peer.sentBytes + UInt64(frame.count) + peer.window - peer.grantedBytes
            if doubtful > max(peer.window, UInt64(frame.count)) {
                complain("no more is in doubt than was granted", "\(doubtful) bytes at \(peer.process)", &actions)
            }
            guard let wire = wire(number), wire.spoiled & 2 == 0 else { continue }
            let link = LinkID(control.id, control.incarnation, number: number)
            let parcel = BusParcel(link: link, epoch: wire.epoch, body: .data(frame))
            actions.append(.send(parcel, to: peer.process.node))
        }
        scheduleFlush(slot)
    }

    private mutating func scheduleFlush(_ slot: Int) {
        guard let lane = peers[slot]?.lane, lane.link != nil, let flush = lane.nextFlush else { return }
        agenda.insert(.flush(slot), at: max(flush.nanoseconds, now.nanoseconds + 1))
    }

    mutating func flush(_ slot: Int, _ actions: inout Actions<Action>) {
        guard peers[slot] != nil else { return }
        send(slot, &actions)
    }
}
