// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewTesting

/// A few nodes and the connections between them, with time by hand: frames of one link arrive in order, each a little
/// later than it was sent; a part of them may be lost.
struct BusNet {
    struct Slot {
        var control: BusControl
        var watch = BusWatch()
        /// Counts the processes that ran here.
        var run: UInt64 = 1
        var isRunning = true
        /// Whether it stands still: what comes for it waits.
        var isPaused = false
        /// How far it is with each process that sends to it.
        var received: [NodeID: UInt64] = [:]
    }

    struct Wire {
        let link: LinkID
        let opener: Int
        let end: Int
        let endRun: UInt64
        var arrival: Instant
        var answerArrival: Instant
    }

    struct Flight {
        let at: Instant
        let slot: Int
        let run: UInt64
        let event: BusControlEvent
    }

    struct Done {
        let slot: Int
        let at: Instant
        let action: BusControlAction
    }

    var slots: [Slot] = []
    /// In the order of the openers and numbers.
    var wires: [Wire] = []
    var flights: [Flight] = []
    var now = Instant.origin
    var done: [Done] = []
    var random: SeededRandom
    /// How many of a thousand frames are lost.
    var losses = 0
    /// Pairs between which nothing can be opened.
    var cuts: Set<[Int]> = []

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    static func endpoint(_ slot: Int) -> String { "tcp://10.0.0.\(slot):5555" }
    static func name(_ slot: Int) -> String { "node-\(slot)" }
    static func id(_ slot: Int) -> NodeID { NodeID(cluster: "test", name: name(slot)) }

    /// Adds a node, which knows the first `seeds` slots as seeds.
    mutating func add(seeds: [Int], cluster: String = "test", _ change: (inout BusOptions) -> Void = { _ in }) throws {
        var options = BusOptions()
        options.membership.seeds = seeds.map(Self.endpoint)
        change(&options)
        let control = try make(slots.count, run: 1, cluster: cluster, options)
        slots.append(Slot(control: control))
        slots[slots.count - 1].received = [:]
    }

    private mutating func make(_ slot: Int, run: UInt64, cluster: String, _ options: BusOptions) throws -> BusControl {
        try BusControl(
            cluster: cluster,
            name: Self.name(slot),
            id: Self.id(slot),
            incarnation: Incarnation(rawValue: run * 1000),
            endpoints: [Self.endpoint(slot)],
            options: options,
            randomSeed: random.next(),
            at: now
        )
    }

    mutating func step(_ slot: Int, _ event: BusControlEvent) {
        var actions = Actions<BusControlAction>()
        slots[slot].control.step(event, at: now, into: &actions)
        for action in actions {
            slots[slot].watch.see(action)
            done.append(Done(slot: slot, at: now, action: action))
            perform(action, slot)
        }
    }

    private mutating func perform(_ action: BusControlAction, _ slot: Int) {
        switch action {
        case .open(let number, let endpoint): open(number, endpoint, slot)
        case .close(let number): wires.removeAll { $0.opener == slot && $0.link.number == number }
        case .send(let frame, let number):
            guard let wire = wires.firstIndex(where: { $0.opener == slot && $0.link.number == number }) else { return }
            let arrival = max(wires[wire].arrival, later())
            wires[wire].arrival = arrival
            guard !isLost() else { return }
            let flight = BusControlEvent.received(frame, from: wires[wire].link)
            schedule(wires[wire].end, flight, at: arrival, run: wires[wire].endRun)
        case .answer(let frame, let link):
            guard let wire = wires.firstIndex(where: { $0.link == link && $0.end == slot }) else { return }
            let arrival = max(wires[wire].answerArrival, later())
            wires[wire].answerArrival = arrival
            guard !isLost() else { return }
            schedule(wires[wire].opener, .answered(frame, on: link.number), at: arrival)
        case .inboundUp(let link, _):
            schedule(slot, .accepted(link, received: slots[slot].received[link.node]), at: now)
        case .forgetInbound(let node, _): slots[slot].received[node] = nil
        default: break
        }
    }

    private mutating func open(_ number: UInt32, _ endpoint: String, _ slot: Int) {
        let end = slots.indices.first { Self.endpoint($0) == endpoint }
        guard let end, slots[end].isRunning, !cuts.contains([min(slot, end), max(slot, end)]) else {
            return schedule(slot, .closed(number), at: later())
        }
        let link = LinkID(slots[slot].control.id, slots[slot].control.incarnation, number: number)
        let wire = Wire(link: link, opener: slot, end: end, endRun: slots[end].run, arrival: now, answerArrival: now)
        wires.append(wire)
        schedule(slot, .opened(number), at: later())
    }

    private mutating func later() -> Instant {
        now.advanced(byNanoseconds: Int64.random(in: 200_000...2_000_000, using: &random))
    }

    private mutating func isLost() -> Bool { losses > 0 && Int.random(in: 0..<1000, using: &random) < losses }

    private mutating func schedule(_ slot: Int, _ event: BusControlEvent, at instant: Instant, run: UInt64? = nil) {
        let flight = Flight(at: instant, slot: slot, run: run ?? slots[slot].run, event: event)
        let place = flights.firstIndex { $0.at > instant } ?? flights.count
        flights.insert(flight, at: place)
    }

    // MARK: Time

    /// Lets time pass, with all that comes and falls due in it.
    mutating func run(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let next = nextInstant, next <= end {
            now = max(now, next)
            while let place = flights.firstIndex(where: { $0.at <= now && !slots[$0.slot].isPaused }) {
                deliver(flights.remove(at: place))
            }
            for slot in slots.indices where slots[slot].isRunning && !slots[slot].isPaused {
                if let due = slots[slot].control.nextDeadline, due <= now { step(slot, .tick) }
            }
        }
        now = end
    }

    private var nextInstant: Instant? {
        let active = slots.filter { $0.isRunning && !$0.isPaused }
        let due = active.compactMap(\.control.nextDeadline).min()
        let arrival = flights.first { !slots[$0.slot].isPaused }?.at
        return [due, arrival].compactMap(\.self).min()
    }

    private mutating func deliver(_ flight: Flight) {
        guard slots[flight.slot].isRunning, slots[flight.slot].run == flight.run else { return }
        switch flight.event {
        case .answered(_, let number), .opened(let number):
            guard wires.contains(where: { $0.opener == flight.slot && $0.link.number == number }) else { return }
        default: break
        }
        step(flight.slot, flight.event)
    }

    // MARK: Troubles

    /// The connections that one node opened to another break.
    mutating func breakLinks(from opener: Int, to end: Int) {
        for wire in wires where wire.opener == opener && wire.end == end {
            schedule(opener, .closed(wire.link.number), at: now)
        }
        wires.removeAll { $0.opener == opener && $0.end == end }
    }

    mutating func cut(_ left: Int, _ right: Int) {
        cuts.insert([min(left, right), max(left, right)])
        breakLinks(from: left, to: right)
        breakLinks(from: right, to: left)
    }

    /// A process ends without a word: kill -9.
    mutating func kill(_ slot: Int) {
        slots[slot].isRunning = false
        wires.removeAll { $0.opener == slot }
        for other in slots.indices where other != slot { breakLinks(from: other, to: slot) }
    }

    /// Another process takes the place of one that was killed.
    mutating func start(_ slot: Int) throws {
        slots[slot].run += 1
        let control = slots[slot].control
        slots[slot].control = try make(slot, run: slots[slot].run, cluster: control.cluster, control.options)
        slots[slot].watch = BusWatch()
        slots[slot].received = [:]
        slots[slot].isRunning = true
    }

    // MARK: What was done

    var faults: [String] { slots.indices.flatMap { slot in slots[slot].watch.faults.map { "node \(slot): \($0)" } } }

    /// Whether all that run are linked with each other, both ways.
    var isMesh: Bool {
        let running = slots.indices.filter { slots[$0].isRunning }
        return running.allSatisfy { slot in
            slots[slot].watch.linked == Set(running.filter { $0 != slot }.map(Self.id))
                && slots[slot].control.linkedPeers == running.count - 1
        }
    }

    func count(_ slot: Int, since start: Instant = .origin, _ isCounted: (BusControlAction) -> Bool) -> Int {
        done.count { $0.slot == slot && $0.at >= start && isCounted($0.action) }
    }

    func first(_ slot: Int, since start: Instant = .origin, _ isMeant: (BusControlAction) -> Bool) -> Int? {
        done.firstIndex { $0.slot == slot && $0.at >= start && isMeant($0.action) }
    }
}
