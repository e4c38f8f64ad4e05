// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership

/// What comes in: order, gaps, credit, and who here gets it.
extension BusNode {
    mutating func inboundUp(_ link: LinkID, _ actions: inout Actions<Action>) {
        let other = BusSetting.position(of: link.node)
        let process = ProcessID(link.node, link.incarnation)
        if let earlier = letIn[other] {
            complain("one link of a node is let in at a time", "\(link) beside \(earlier)", &actions)
        }
        letIn[other] = link
        var sender = senders[process] ?? newSender()
        if link.number <= sender.lastLink {
            complain("no earlier link is let in after a later one", "\(link) after \(sender.lastLink)", &actions)
        }
        sender.lastLink = link.number
        sender.lane.linkUp(link.number)
        senders[process] = sender
        drive(.accepted(link, received: sender.lane.received), &actions)
    }

    private func newSender() -> Sender {
        let options = setting.options
        var lane = InboundLane(
            windowBytes: UInt64(options.windowBytes),
            maximumFrameBytes: UInt64(options.maximumFrameBytes)
        )
        #if PlantedBugs
        lane.plantedBug = setting.plantedBug
        #endif
        return Sender(lane: lane)
    }

    mutating func inboundDown(_ link: LinkID, _ actions: inout Actions<Action>) {
        let other = BusSetting.position(of: link.node)
        if letIn[other] != link { complain("the link that ends is the one that was let in", "\(link)", &actions) }
        letIn[other] = nil
        let process = ProcessID(link.node, link.incarnation)
        guard senders[process]?.lane.link == link.number else { return }
        senders[process]?.lane.linkDown()
    }

    mutating func receive(_ frame: [UInt8], _ parcel: BusParcel, _ actions: inout Actions<Action>) {
        let link = parcel.link
        let process = ProcessID(link.node, link.incarnation)
        let head: DataFrameHead
        do throws(CodecError) {
            head = try DataFrameHead(decoding: frame.span, maximumBytes: setting.options.maximumFrameBytes)
        } catch {
            return complain("data frames can be read", "\(error)", &actions)
        }
        guard head.destination == control.incarnation, var sender = senders[process], sender.lane.takes(link.number)
        else { return drive(.unknownLink(link), &actions) }
        if letIn[BusSetting.position(of: link.node)] != link {
            complain("nothing is taken over a link that is not let in", "\(link)", &actions)
        }
        let taken = sender.lane.take(first: head.first, count: head.count, bytes: frame.count)
        let isHeard = now.nanoseconds - sender.heardAt >= 100_000_000
        if isHeard { sender.heardAt = now.nanoseconds }
        senders[process] = sender
        guard case .next(let missed) = taken else {
            return complain("peers keep to order and credit", "\(taken): \(head) from \(link)", &actions)
        }
        if let missed { actions.append(.note(.missed(missed, from: process))) }
        deliver(frame, head, from: process, &actions)
        if setting.consumption > 0 {
            agenda.insert(.consumed(frame.count, of: parcel), at: now.nanoseconds + setting.consumption)
            let granted = sender.lane.granted
            drive(.position(link, received: sender.lane.received ?? 0, granted: granted), &actions)
        } else {
            consumed(frame.count, link, &actions)
        }
        if isHeard { drive(.heard(link), &actions) }
    }

    mutating func consumed(_ bytes: Int, _ link: LinkID, _ actions: inout Actions<Action>) {
        let process = ProcessID(link.node, link.incarnation)
        guard var sender = senders[process], sender.lane.link == link.number else { return }
        sender.lane.consumed(bytes: bytes)
        senders[process] = sender
        let position = (received: sender.lane.received ?? 0, granted: sender.lane.granted)
        drive(.position(link, received: position.received, granted: position.granted), &actions)
    }

    private mutating func deliver(
        _ frame: [UInt8],
        _ head: DataFrameHead,
        from process: ProcessID,
        _ actions: inout Actions<Action>
    ) {
        var reader = RecordReader(head)
        do throws(CodecError) {
            var number = head.first
            while let record = try reader.next(in: frame.span) {
                var groups: [QueueGroup] = []
                var names = QueueGroupReader(record)
                while let name = names.next(in: frame.span) {
                    if let group = try? QueueGroup(bytes: name.array(in: frame.span)) { groups.append(group) }
                }
                let payload = record.payload.array(in: frame.span)
                let id = payload.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
                let subject = record.subject.array(in: frame.span)
                let isPlain = !record.flags.contains(.groupsOnly)
                deliver(subject, id, isPlain: isPlain, groups, from: process, number, &actions)
                number += 1
            }
        } catch {
            complain("data frames can be read", "\(error)", &actions)
        }
    }

    /// Gives a message to the subscriptions here that it is for.
    mutating func deliver(
        _ subject: [UInt8],
        _ id: UInt64,
        isPlain: Bool,
        _ groups: [QueueGroup],
        from process: ProcessID,
        _ number: UInt64,
        _ actions: inout Actions<Action>
    ) {
        guard let plan = localRoutes.plan(for: subject.span) else {
            return complain("subjects that were published are subjects", "", &actions)
        }
        var reached: UInt8 = 0
        for group in plan.groups where groups.contains(group.name) {
            reached |= 1 << BusUniverse.number(of: group.name)
        }
        let plain = isPlain ? plan.plain.count : 0
        actions.append(.note(.delivered(number, from: process, id: id, plain: plain, groups: reached)))
    }
}
