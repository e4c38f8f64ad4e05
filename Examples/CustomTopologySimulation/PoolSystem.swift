// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import CustomTopologyCore
package import SinewCore
import SinewSubjects
package import SinewTesting

/// The pool in the simulator: what surrounds the nodes, and what must hold.
///
/// Each node has a journal that outlives crashes: what it has accepted and not finished.
package struct PoolSystem: SimulatedSystem {
    package typealias Node = PoolNode<SeededRandom>

    package let peers: [NodeID]
    /// What each node accepted and has not finished, in order of acceptance.
    private var journals: [[PoolTask]]

    /// What the nodes take, one after the other; every kind of task finds somebody.
    private static let filters: [[SubjectFilter]] = [["image.>"], ["image.resize.*", "audio.*"], ["*.*"], ["text.>"]]
    private static let subjects: [Subject] = [
        "image.resize.small", "image.resize.large", "image.rotate", "audio.normalize", "text.count.words",
    ]

    /// - Parameter nodes: How many nodes; at least 4, so that each kind of task finds somebody.
    package init(nodes: Int) {
        peers = (1...max(nodes, 4)).map { NodeID(high: 0, low: UInt64($0)) }
        journals = peers.map { _ in [] }
    }

    package mutating func start(
        _ peer: NodeID,
        run: Int,
        at now: Instant,
        using random: inout SeededRandom
    ) -> PoolNode<SeededRandom> {
        var options = PoolOptions()
        options.lease = .seconds(2)
        return PoolNode(
            id: peer,
            incarnation: Incarnation(rawValue: UInt64(run)),
            peers: peers,
            filters: Self.filters[position(of: peer) % Self.filters.count],
            options: options,
            resuming: journals[position(of: peer)],
            random: SeededRandom(seed: random.next()),
            at: now
        )
    }

    package mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: NodeID, event: PoolEvent)? {
        guard let peer = peers.randomElement(using: &random) else { return nil }
        guard let subject = Self.subjects.randomElement(using: &random) else { return nil }
        return (peer, .submitted(subject, payload: [UInt8(truncatingIfNeeded: random.next())]))
    }

    package mutating func perform(
        _ action: PoolAction,
        of peer: NodeID,
        at now: Instant,
        events: inout LocalEvents<PoolEvent>
    ) throws(Violation) {
        let place = position(of: peer)
        switch action {
        case .accepted(let task): journals[place].append(task)
        case .run(let task):
            guard Self.filters[place % Self.filters.count].contains(where: { $0.matches(task.subject) }) else {
                throw Violation("a node runs what it asked for", "node \(place + 1) runs \(task.subject)")
            }
            // From 5 to 95 ms.
            let length = Duration.milliseconds(5 + 10 * Int(task.id.number % 10))
            events.schedule(.ran(task.id, result: task.work()), after: length)
        case .finished(let task, let result):
            guard let index = journals[place].firstIndex(where: { $0.id == task.id }) else {
                throw Violation("a result is counted once", "task \(task.id.number) of node \(place + 1)")
            }
            guard result == task.work() else { throw Violation("a result is that of its task", "\(result)") }
            journals[place].remove(at: index)
        case .refused, .send: break
        }
    }

    package func check(_ nodes: SimulatedNodes<Node>, after peer: NodeID, at now: Instant) throws(Violation) {
        let place = nodes.latest
        // A node that ended within its step did not perform all that its machine believes.
        guard nodes.isRunning(place) else { return }
        let open = nodes[place].openTasks
        guard open == journals[place].count else {
            throw Violation("no task is lost", "node \(place + 1) has \(open) of \(journals[place].count)")
        }
    }

    package func checkHealed(_ nodes: SimulatedNodes<Node>, at now: Instant) throws(Violation) {
        let open = journals.reduce(0) { $0 + $1.count }
        guard open == 0 else { throw Violation("every task is finished", "\(open) are open") }
    }

    private func position(of peer: NodeID) -> Int { Int(peer.low) - 1 }
}
