// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
package import SinewCore
import SinewMembership
import SinewSubjects
package import SinewTesting

/// Many nodes that begin at once, and one that joins later; nothing goes wrong.
package struct BusScaleSystem: SimulatedSystem, Sendable {
    package typealias Node = BusScaleNode

    package let peers: [NodeID]
    let filters: Int
    let joinsAt: Instant
    private var begun = 0
    /// Which nodes are linked with all others that have begun and know what they want.
    private var isComplete: ContiguousArray<Bool>
    private var complete = 0
    /// Frames that each node has sent so far, and all together.
    private var sent: ContiguousArray<Int>
    private var allSent = 0
    /// How it was with the first nodes, and with the one that joined.
    package private(set) var first = BusScaleResult()
    package private(set) var join = BusScaleResult()
    private var sentBefore = 0

    init(nodes: Int, filters: Int, joinsAt: Instant) {
        peers = (0..<nodes).map(BusSetting.id)
        self.filters = filters
        self.joinsAt = joinsAt
        isComplete = ContiguousArray(repeating: false, count: nodes)
        sent = ContiguousArray(repeating: 0, count: nodes)
    }

    package mutating func start(
        _ peer: NodeID,
        run: Int,
        at now: Instant,
        using random: inout SeededRandom
    ) -> BusScaleNode {
        let position = BusSetting.position(of: peer)
        // Pings and statements would be most of what is sent, and are not what is measured.
        let heartbeat = HeartbeatOptions(timeToLive: .seconds(60))
        var options = BusOptions()
        options.membership.heartbeat = heartbeat
        options.interest.statementInterval = .seconds(600)
        options.membership.seeds = (0..<3).map(BusSetting.endpoint)
        options.membership.maximumMessageBytes = 64 << 10
        let name = BusSetting.endpoint(position)
        guard
            let control = try? BusControl(
                cluster: "sim",
                name: name,
                id: peer,
                incarnation: BusSetting.incarnation(run),
                endpoints: [name],
                options: options,
                randomSeed: random.next(),
                at: now
            )
        else { preconditionFailure("these options are valid") }
        let wanted = (0..<filters).compactMap { try? SubjectFilter("service.\(name).\($0).>") }.map { Interest($0) }
        return BusScaleNode(control, filters: wanted)
    }

    package mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: NodeID, event: BusScaleNode.Event)? {
        let isFirst = begun < peers.count - 1
        guard isFirst || (begun < peers.count && now >= joinsAt) else { return nil }
        if !isFirst {
            sentBefore = allSent
            join.began = now
        }
        begun += 1
        return (peers[begun - 1], .begin)
    }

    package mutating func perform(
        _ action: BusScaleNode.Action,
        of peer: NodeID,
        at now: Instant,
        events: inout LocalEvents<BusScaleNode.Event>
    ) {
        guard case .open(let number, let target) = action else { return }
        let isThere = BusSetting.position(of: target) < begun
        events.schedule(isThere ? .opened(number) : .closed(number), after: .milliseconds(1))
    }

    package mutating func check(_ nodes: SimulatedNodes<BusScaleNode>, after peer: NodeID, at now: Instant) {
        let position = nodes.latest
        allSent += nodes[position].sent - sent[position]
        sent[position] = nodes[position].sent
        let others = begun - 1
        let known = min(nodes[position].outbound, nodes[position].inbound)
        let isNowComplete = known == others && nodes[position].interests == others * filters
        // Who was complete before another began is looked at again when it knows of that one.
        if isNowComplete != isComplete[position] {
            isComplete[position] = isNowComplete
            complete += isNowComplete ? 1 : -1
        }
        guard complete == begun else { return }
        if begun == peers.count - 1, first.duration == nil {
            first.finish(at: now, frames: allSent)
        } else if begun == peers.count, join.duration == nil {
            join.finish(at: now, frames: allSent - sentBefore)
        }
        if begun == peers.count { join.joinerFrames = sent[begun - 1] }
    }
}

/// How long it took until all knew all, and how many frames were sent meanwhile.
package struct BusScaleResult: Hashable, Sendable {
    var began = Instant.origin
    /// How long it took; nil when they did not come so far.
    package private(set) var duration: Duration?
    /// Frames of all nodes.
    package private(set) var frames = 0
    /// Frames of the one that joined.
    package internal(set) var joinerFrames = 0

    mutating func finish(at now: Instant, frames: Int) {
        duration = began.duration(to: now)
        self.frames = frames
    }
}

/// Measures how much is said until all know all.
package enum BusScaleSimulation {
    /// Lets all nodes but one begin, and the last one join later.
    ///
    /// - Parameters:
    ///   - nodes: How many there are, 3 to 1024.
    ///   - filters: How many different interests each has.
    /// - Returns: How it was with the first ones, and with the one that joined.
    package static func measure(nodes: Int, filters: Int) -> (first: BusScaleResult, join: BusScaleResult) {
        var settings = SimulationSettings(seed: 1)
        settings.steps = .max
        settings.longestRun = .seconds(12)
        settings.healing = .zero
        settings.inputInterval = .microseconds(10)
        settings.maximumInFlight = 1 << 23
        let joinsAt = Instant(nanoseconds: 8_000_000_000)
        let system = BusScaleSystem(nodes: nodes, filters: filters, joinsAt: joinsAt)
        var simulation = Simulation(of: system, settings: settings)
        try? simulation.run()
        return (simulation.system.first, simulation.system.join)
    }
}
