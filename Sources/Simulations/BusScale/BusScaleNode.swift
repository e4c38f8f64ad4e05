// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
package import SinewCore
import SinewMembership

/// A node of which only the control machine matters: how many frames it takes until all know all.
package struct BusScaleNode: PeerMachine, Sendable {
    package enum Event: PeerEvent, Sendable {
        case tick
        /// A frame over a link of the sender's, or back over one of ours.
        case received(BusScaleFrame, from: NodeID)
        case opened(UInt32)
        case closed(UInt32)
        /// The process begins.
        case begin
    }

    package enum Action: PeerAction, Sendable {
        case send(BusScaleFrame, to: NodeID)
        case open(UInt32, NodeID)

        package var outgoing: Outgoing<NodeID, BusScaleFrame>? {
            if case .send(let frame, let peer) = self { Outgoing(frame, to: peer) } else { nil }
        }
    }

    private(set) var control: BusControl
    private(set) var hasBegun = false
    /// Frames that went out.
    private(set) var sent = 0
    /// Links that stand, in either direction, and interests of others that are known.
    private(set) var outbound = 0
    private(set) var inbound = 0
    private(set) var interests = 0
    /// Where each link of ours leads to.
    private var targets: ContiguousArray<NodeID?> = [nil]
    private let filters: [Interest]

    init(_ control: BusControl, filters: [Interest]) {
        self.control = control
        self.filters = filters
    }

    package var nextDeadline: Instant? { hasBegun ? control.nextDeadline : nil }

    package mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        switch event {
        case .begin:
            hasBegun = true
            for filter in filters { drive(.subscribe(filter), now, &actions) }
            drive(.tick, now, &actions)
        case .tick: drive(.tick, now, &actions)
        case .opened(let number): drive(.opened(number), now, &actions)
        case .closed(let number): drive(.closed(number), now, &actions)
        case .received(let frame, _):
            guard hasBegun else { return }
            let event: BusControlEvent =
                frame.isAnswer
                ? .answered(frame.frame, on: frame.link.number) : .received(frame.frame, from: frame.link)
            drive(event, now, &actions)
        }
    }

    private mutating func drive(_ event: BusControlEvent, _ now: Instant, _ actions: inout Actions<Action>) {
        var wanted = Actions<BusControlAction>()
        control.step(event, at: now, into: &wanted)
        for action in wanted { perform(action, now, &actions) }
    }

    private mutating func perform(_ action: BusControlAction, _ now: Instant, _ actions: inout Actions<Action>) {
        switch action {
        case .open(let number, let endpoint):
            let target = BusSetting.position(of: endpoint).map(BusSetting.id)
            while targets.count <= Int(number) { targets.append(nil) }
            targets[Int(number)] = target
            if let target { actions.append(.open(number, target)) }
        case .send(let frame, let number):
            guard let target = targets[Int(number)] else { return }
            sent += 1
            let link = LinkID(control.id, control.incarnation, number: number)
            actions.append(.send(BusScaleFrame(link: link, frame: frame, isAnswer: false), to: target))
        case .answer(let frame, let link):
            sent += 1
            actions.append(.send(BusScaleFrame(link: link, frame: frame, isAnswer: true), to: link.node))
        case .inboundUp(let link, _):
            inbound += 1
            drive(.accepted(link, received: nil), now, &actions)
        case .inboundDown: inbound -= 1
        case .linkUp: outbound += 1
        case .linkDown: outbound -= 1
        case .interestChanged(_, let difference): interests += difference.added.count - difference.removed.count
        default: break
        }
    }
}

/// One control frame.
package struct BusScaleFrame: Sendable {
    let link: LinkID
    let frame: ControlFrame
    let isAnswer: Bool
}
