// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import SinewTesting

@Suite("Simulated network", .timeLimit(.minutes(1)))
struct NetworkTests {
    static func settings(_ seed: UInt64, _ faults: FaultKinds) -> SimulationSettings {
        var settings = SimulationSettings(seed: seed, faults: faults)
        settings.minimumDelay = .milliseconds(1)
        settings.maximumDelay = .milliseconds(3)
        settings.dropRate = 0.2
        settings.duplicateRate = 0.2
        settings.spikeRate = 0.2
        settings.reorderRate = 0.2
        return settings
    }

    /// What becomes of messages that are sent every 10 µs.
    static func deliveries(_ count: Int, _ faults: FaultKinds, seed: UInt64 = 1) -> [Delivery] {
        var network = SimulatedNetwork(nodes: 2, settings: settings(seed, faults))
        return (0..<count).map { network.send(from: 0, to: 1, at: Instant(nanoseconds: Int64($0) * 10_000)) }
    }

    static let kinds: [FaultKinds] = FaultKinds.ofMessages.each

    @Test("Without faults every message comes once, in order, within its time")
    func calm() throws {
        var last = Instant.origin
        for (number, delivery) in Self.deliveries(5000, []).enumerated() {
            let arrival = try #require(delivery.first)
            #expect(delivery.second == nil)
            #expect(arrival >= last)
            last = arrival
            let delay = Instant(nanoseconds: Int64(number) * 10_000).duration(to: arrival)
            #expect(delay >= .milliseconds(1) && delay <= .milliseconds(3))
        }
    }

    @Test("A fault of messages happens about as often as it is meant to, and no other does", arguments: kinds)
    func rates(_ kind: FaultKinds) {
        var network = SimulatedNetwork(nodes: 2, settings: Self.settings(3, kind))
        for number in 0..<5000 { _ = network.send(from: 0, to: 1, at: Instant(nanoseconds: Int64(number) * 10_000)) }
        #expect((800...1200).contains(network.tally[kind]))
        #expect(network.tally[FaultKinds.all.subtracting(kind)] == 0)
        #expect(network.tally.sent == 5000)
    }

    @Test("A fault of messages has its effect, and no other")
    func effects() {
        let dropped = Self.deliveries(2000, .drop)
        #expect(dropped.contains { $0.first == nil } && dropped.allSatisfy { $0.second == nil })
        let doubled = Self.deliveries(2000, .duplicate)
        #expect(doubled.contains { $0.second != nil } && doubled.allSatisfy { $0.first != nil })
        let arrivals = doubled.flatMap { [$0.first, $0.second].compactMap { $0 } }
        #expect(arrivals == arrivals.sorted(), "repetitions keep the order")
        let late = Self.deliveries(2000, .delaySpike).map(\.firstTime)
        #expect(late == late.sorted(), "those behind wait")
        #expect(zip(late.indices, late).contains { $0.1 > Int64($0.0) * 10_000 + 100_000_000 })
        let mixed = Self.deliveries(2000, .reorder).map(\.firstTime)
        #expect(mixed != mixed.sorted())
        #expect(zip(mixed.indices, mixed).contains { $0.1 > Int64($0.0) * 10_000 + 3_000_000 }, "later than any other")
        #expect(mixed.count == 2000 && !mixed.contains(.max))
    }

    @Test("What befalls a message depends on the seed, the link and its number alone")
    func independence() {
        let faults = FaultKinds.ofMessages.subtracting(.reorder)
        var one = SimulatedNetwork(nodes: 3, settings: Self.settings(9, faults))
        var other = SimulatedNetwork(nodes: 3, settings: Self.settings(9, faults))
        var elsewhere = SimulatedNetwork(nodes: 3, settings: Self.settings(10, faults))
        var differs = 0
        for number in 0..<1000 {
            // The other network has traffic on other links too, and passes its messages at other times.
            let now = Instant(nanoseconds: Int64(number) * 20_000_000_000)
            _ = other.send(from: 2, to: 1, at: now)
            _ = other.send(from: 1, to: 0, at: now)
            let mine = one.send(from: 0, to: 1, at: now)
            #expect(mine == other.send(from: 0, to: 1, at: now))
            if mine != elsewhere.send(from: 0, to: 1, at: now) { differs += 1 }
        }
        #expect(differs > 900)
    }

    @Test("Only the faults that are named happen, and the others leave no trace")
    func selection() {
        var settings = Self.settings(4, .drop)
        settings.onlyFaults = []
        #expect(!Self.run(settings).contains { $0.first == nil })
        let all = Self.deliveries(500, .drop, seed: 4)
        let lost = all.indices.filter { all[$0].first == nil }
        let chosen = lost[lost.count / 2]
        settings.onlyFaults = [FaultOccurrence(.drop, from: 0, to: 1, number: UInt64(chosen))]
        let some = Self.run(settings)
        #expect(some.indices.filter { some[$0].first == nil } == [chosen])
        settings.onlyFaults = [FaultOccurrence(.drop, from: 1, to: 0, number: UInt64(chosen))]
        #expect(!Self.run(settings).contains { $0.first == nil }, "another link's")
    }

    private static func run(_ settings: SimulationSettings) -> [Delivery] {
        var network = SimulatedNetwork(nodes: 2, settings: settings)
        return (0..<500).map { network.send(from: 0, to: 1, at: Instant(nanoseconds: Int64($0) * 10_000)) }
    }

    @Test("A fault keeps its parts, and can be named by its number")
    func names() {
        let fault = FaultOccurrence(.reorder, from: 1023, to: 517, number: 1 << 35)
        #expect(fault.kind == .reorder && fault.from == 1023 && fault.to == 517 && fault.number == 1 << 35)
        #expect(FaultOccurrence(rawValue: fault.rawValue) == fault)
        #expect("\(fault)".hasPrefix("reorder of message 34359738368 from node 1023 to node 517 [0x"))
        for kind in FaultKinds.all.each { #expect(FaultOccurrence(kind, from: 0, number: 0).kind == kind) }
        #expect("\(FaultKinds([.drop, .crash]))" == "drop, crash")
    }

    @Test("What is closed twice is opened twice; a slow node is slow both ways")
    func episodes() throws {
        var network = SimulatedNetwork(nodes: 3, settings: Self.settings(1, []))
        network.close(from: 0, to: 1)
        network.close(from: 0, to: 1)
        network.open(from: 0, to: 1)
        #expect(!network.isOpen(from: 0, to: 1) && network.isOpen(from: 1, to: 0))
        #expect(network.send(from: 0, to: 1, at: .origin).first == nil)
        #expect(network.tally.lostToPartitions == 1)
        network.open(from: 0, to: 1)
        network.open(from: 0, to: 1)
        #expect(network.isOpen(from: 0, to: 1))
        network.slow(2, by: .seconds(1))
        for (from, to) in [(2, 0), (0, 2)] {
            let arrival = try #require(network.send(from: from, to: to, at: .origin).first)
            #expect(Instant.origin.duration(to: arrival) >= .milliseconds(1001))
        }
        let quick = try #require(network.send(from: 0, to: 1, at: .origin).first)
        #expect(Instant.origin.duration(to: quick) < .seconds(1))
        network.close(from: 1, to: 0)
        network.heal()
        #expect(network.isOpen(from: 1, to: 0))
    }

    @Test("A partition has the shape of its kind", arguments: FaultKinds.partitions.each, [2, 3, 7])
    func shapes(_ kind: FaultKinds, _ nodes: Int) {
        var random = SeededRandom(seed: 5)
        var hasCutSome = false
        for _ in 0..<200 {
            let shape = PartitionShape(kind, nodes: nodes, using: &random)
            let isCut = { (from: Int, to: Int) in shape.closed.contains { $0.from == from && $0.to == to } }
            hasCutSome = hasCutSome || !shape.closed.isEmpty
            #expect(shape.closed.allSatisfy { $0.from != $0.to })
            let bothWays = shape.closed.allSatisfy { isCut($0.to, $0.from) }
            switch kind {
            case .linkPartition: #expect((1...2).contains(shape.closed.count) && (shape.closed.count == 1 || bothWays))
            case .oneWayPartition: #expect(!shape.closed.isEmpty && shape.closed.allSatisfy { !isCut($0.to, $0.from) })
            case .bridgePartition:
                #expect(bothWays)
                let isFree = { (node: Int) in !shape.closed.contains { $0.from == node || $0.to == node } }
                #expect((0..<nodes).contains(where: isFree), "somebody reaches all")
            default: #expect(bothWays && !shape.closed.isEmpty)
            }
        }
        #expect(hasCutSome || (kind == .bridgePartition && nodes == 2))
    }
}
