// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("The hash of a run", .timeLimit(.minutes(1)))
struct TraceTests {
    static func hash(_ system: WhisperSystem, delay: Duration = .milliseconds(1)) throws -> TraceHash {
        var settings = SimulationSettings(seed: 1)
        settings.minimumDelay = delay
        settings.maximumDelay = delay
        settings.healing = .zero
        var simulation = Simulation(of: system, settings: settings)
        try simulation.run()
        #expect(simulation.steps == 3, "two ticks and one message")
        return simulation.hash
    }

    @Test("Runs that differ in a sender, a receiver, an instant or a content alone have different hashes")
    func parts() throws {
        let plain = try Self.hash(WhisperSystem())
        #expect(try Self.hash(WhisperSystem()) == plain)
        let others = [
            try Self.hash(WhisperSystem(speaker: 1)), try Self.hash(WhisperSystem(listener: 3)),
            try Self.hash(WhisperSystem(), delay: .microseconds(1001)), try Self.hash(WhisperSystem(word: 8)),
        ]
        #expect(Set(others + [plain]).count == 5)
    }

    @Test("A system that adds nothing gets a hash of who took in something from whom, and when")
    func defaults() throws {
        #expect(
            try Self.hash(WhisperSystem(isTraced: false)) == Self.hash(WhisperSystem(word: 8, isTraced: false))
        )
    }
}

/// Two nodes tick at the same instant, and one of them says something to one of two others.
struct WhisperSystem: SimulatedSystem {
    struct Node: PeerMachine {
        enum Event: PeerEvent {
            case tick
            case received(Int, from: Int)
        }

        struct Action: PeerAction {
            let outgoing: Outgoing<Int, Int>?
        }

        let outgoing: Outgoing<Int, Int>?
        var nextDeadline: Instant?

        mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
            nextDeadline = nil
            if case .tick = event, let outgoing { actions.append(Action(outgoing: outgoing)) }
        }
    }

    var speaker = 0
    var listener = 2
    var word = 7
    var isTraced = true
    var peers: [Int] { Array(0..<4) }

    func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> Node {
        Node(outgoing: peer == speaker ? Outgoing(word, to: listener) : nil, nextDeadline: peer < 2 ? now : nil)
    }

    func check(_ nodes: SimulatedNodes<Node>, after peer: Int, at now: Instant) throws(Violation) {}

    func trace(_ event: Node.Event, into hash: inout TraceHash) {
        if isTraced, case .received(let word, _) = event { hash.combine(word) }
    }
}
