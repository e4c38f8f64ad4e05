// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership

/// One node and whatever is said to it, by hand. Its own name is that of slot 0 of a ``BusNet``.
struct BusDesk {
    var control: BusControl
    var watch = BusWatch()
    var now = Instant.origin
    /// What the last step did.
    var last: [BusControlAction] = []
    var all: [BusControlAction] = []

    static let own = Incarnation(rawValue: 1000)

    init(seeds: [String] = [], seed: UInt64 = 1, _ change: (inout BusOptions) -> Void = { _ in }) throws {
        var options = BusOptions()
        options.membership.seeds = seeds
        change(&options)
        control = try BusControl(
            cluster: "test",
            name: BusNet.name(0),
            id: BusNet.id(0),
            incarnation: Self.own,
            endpoints: [BusNet.endpoint(0)],
            options: options,
            randomSeed: seed,
            at: now
        )
    }

    @discardableResult
    mutating func step(_ event: BusControlEvent) -> [BusControlAction] {
        var actions = Actions<BusControlAction>()
        control.step(event, at: now, into: &actions)
        last = Array(actions)
        all += last
        for action in last { watch.see(action) }
        return last
    }

    /// Lets time pass with its ticks.
    mutating func pass(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let due = control.nextDeadline, due <= end {
            now = max(now, due)
            step(.tick)
        }
        now = end
    }

    // MARK: What others say

    static func greeting(_ slot: Int, cluster: String = "test") -> Greeting {
        Greeting(cluster: cluster, name: BusNet.name(slot), maximumFrameBytes: 1 << 20, windowBytes: 1 << 16)
    }

    static func link(_ slot: Int, run: UInt64 = 1000, _ number: UInt32 = 1) -> LinkID {
        LinkID(BusNet.id(slot), Incarnation(rawValue: run), number: number)
    }

    @discardableResult
    mutating func hello(
        _ link: LinkID,
        _ greeting: Greeting = greeting(1),
        to: Incarnation? = nil
    ) -> [BusControlAction] {
        step(.received(ControlFrame(to: to, .hello(greeting)), from: link))
    }

    /// Lets a link in.
    mutating func admit(_ link: LinkID, received: UInt64? = nil) {
        hello(link)
        step(.accepted(link, received: received))
    }

    @discardableResult
    mutating func say(_ body: ControlFrame.Body, over link: LinkID) -> [BusControlAction] {
        step(.received(ControlFrame(to: control.incarnation, body), from: link))
    }

    /// The record of a slot comes over its link, so that it is a member.
    mutating func join(_ slot: Int, over link: LinkID, endpoints: [String]? = nil) throws {
        let content = try MemberContent(endpoints: endpoints ?? [BusNet.endpoint(slot)])
        let record = MemberRecord(id: link.node, incarnation: link.incarnation, content: content)
        let word = GossipRecord(record, remaining: .seconds(15))
        let message = MembershipMessage(from: link.incarnation, to: control.incarnation, .records([word]))
        say(.membership(message), over: link)
    }

    /// Somebody lists all whom he knows, as a seed does when it is greeted.
    mutating func list(_ slots: [Int], over link: LinkID) {
        let entries = slots.map { Digest.Entry(BusNet.id($0), Self.link($0).incarnation, 1) }.sorted { $0.id < $1.id }
        let message = MembershipMessage(from: link.incarnation, to: control.incarnation, .digest(Digest(entries)))
        say(.membership(message), over: link)
    }

    /// Somebody says that he wants nothing, which is something to know.
    mutating func wantNothing(over link: LinkID) {
        let nothing = InterestExchange(node: link.node, incarnation: link.incarnation, seed: 1).summary
        say(.interest(InterestMessage(.statement(nothing), from: link.incarnation, to: Self.own)), over: link)
    }

    mutating func welcome(_ number: UInt32, _ slot: Int, run: UInt64 = 1000, received: UInt64? = nil) {
        let incarnation = Incarnation(rawValue: run)
        let greeting = Self.greeting(slot)
        let welcome = Welcome(node: BusNet.id(slot), incarnation: incarnation, greeting: greeting, received: received)
        step(.answered(ControlFrame(to: control.incarnation, .welcome(welcome)), on: number))
    }

    mutating func refuse(_ number: UInt32, _ code: Refusal.Code) {
        step(.answered(ControlFrame(to: control.incarnation, .refusal(Refusal(code, "no"))), on: number))
    }

    // MARK: What was done

    var opened: [UInt32] {
        last.compactMap { if case .open(let number, _) = $0 { number } else { nil } }
    }

    var closed: [UInt32] {
        last.compactMap { if case .close(let number) = $0 { number } else { nil } }
    }

    var refusals: [Refusal.Code] {
        last.compactMap { action in
            guard case .answer(let frame, _) = action, case .refusal(let refusal) = frame.body else { return nil }
            return refusal.code
        }
    }

    var inboundChanges: [String] {
        last.compactMap { action in
            switch action {
            case .inboundUp(let link, _): "up \(link.incarnation).\(link.number)"
            case .inboundDown(let link): "down \(link.incarnation).\(link.number)"
            case .forgetInbound(_, let incarnation): "forget \(incarnation)"
            default: nil
            }
        }
    }

    var positions: [LanePosition] {
        last.compactMap { action in
            guard case .send(let frame, _) = action, case .position(let position) = frame.body else { return nil }
            return position
        }
    }

    /// When a link to somebody was begun, over the whole history of the desk.
    var openCount: Int { all.count { if case .open = $0 { true } else { false } } }
}
