// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("Simulated connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
    static let faults: FaultKinds = [
        .partition, .oneWayPartition, .linkPartition, .bridgePartition, .crash, .crashWithinStep, .fullRestart, .pause,
        .drop, .duplicate, .reorder, .delaySpike,
    ]

    @Test("Both ends hear of each connection that comes and goes, in turn", arguments: 0..<10 as Range<UInt64>)
    func notices(_ seed: UInt64) throws {
        let simulation = try SimulationTests.run(
            SimulationTests.settings(seed, Self.faults),
            ProbeSystem(usesConnections: true)
        )
        #expect(simulation.tally[[.drop, .duplicate, .reorder]] == 0, "a connection does none of that")
        var changes = 0
        for peer in ["a", "b", "c"] {
            for other in ["a", "b", "c"] where other != peer {
                var isUp = false
                var run = 0
                for sight in simulation.system.sights where sight.peer == peer {
                    if sight.run != run { (isUp, run) = (false, sight.run) }
                    guard case .link(other, let now) = sight.event else { continue }
                    #expect(now != isUp, "seed \(seed): \(peer) hears of \(other)")
                    isUp = now
                    changes += 1
                }
                #expect(isUp, "seed \(seed): all is well at the end")
            }
        }
        #expect(changes > 20)
    }

    @Test("Over one connection messages come without gaps and in order", arguments: 0..<10 as Range<UInt64>)
    func order(_ seed: UInt64) throws {
        let simulation = try SimulationTests.run(
            SimulationTests.settings(seed, Self.faults),
            ProbeSystem(usesConnections: true)
        )
        var gaps = 0
        for peer in ["a", "b", "c"] {
            for other in ["a", "b", "c"] where other != peer {
                var last: Int?
                var run = 0
                for sight in simulation.system.sights where sight.peer == peer {
                    if sight.run != run { (last, run) = (nil, sight.run) }
                    switch sight.event {
                    case .link(other, isUp: true): last = nil
                    case .received(let number, from: other):
                        if let last, number != last + 1 { gaps += 1 }
                        last = number
                    default: break
                    }
                }
            }
        }
        #expect(gaps == 0, "seed \(seed)")
        #expect(simulation.tally.lostToBrokenConnections + simulation.tally.lostToPartitions > 0)
    }
}
