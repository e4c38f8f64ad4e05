// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CustomTopologyCore
import SinewCore
import SinewSubjects
import ZeroMQ

/// The shell of one node: performs what the machine wants over a ROUTER socket, and decides nothing.
actor PoolHost {
    /// Where the other nodes are, by name.
    typealias Routes = [(peer: NodeID, endpoint: Endpoint)]

    private let socket: RouterSocket
    private var machine: PoolNode<SystemRandomNumberGenerator>
    private var actions = Actions<PoolAction>()
    private let began = ContinuousClock.now
    private let workTime: Duration
    /// The results of our own tasks that were not as they should be.
    private(set) var wrongResults = 0
    /// Messages that could not be sent: the peer is not there, or its queue is full. The machine sends them again.
    private(set) var unsent = 0
    /// Messages that could not be read.
    private(set) var badMessages = 0

    /// Binds a node and connects it to the others.
    ///
    /// - Parameters:
    ///   - id: The node's name.
    ///   - endpoint: Where others find it.
    ///   - routes: Where the others are.
    ///   - filters: Which tasks it runs.
    ///   - workTime: How long a task takes in this example.
    ///   - context: What the socket belongs to.
    init(
        _ id: NodeID,
        at endpoint: Endpoint,
        routes: Routes,
        filters: [SubjectFilter],
        workTime: Duration,
        in context: Context
    ) throws {
        socket = try RouterSocket(
            context: context,
            options: .init(routingID: RoutingID("\(id)"), transport: TransportOptions())
        )
        try socket.bind(endpoint)
        // One connection for each pair: the node with the smaller name makes it.
        for (peer, endpoint) in routes where id < peer { try socket.connect(endpoint, as: RoutingID("\(peer)")) }
        machine = PoolNode(
            id: id,
            incarnation: Incarnation(rawValue: .random(in: 1 ... .max)),
            peers: routes.map(\.peer),
            filters: filters,
            random: SystemRandomNumberGenerator(),
            at: .origin
        )
        self.workTime = workTime
    }

    /// Runs the node until the task is cancelled.
    func run() async throws {
        defer { socket.close() }
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.receive() }
            group.addTask { try await self.keepTime() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Asks the node to have a task done.
    func submit(_ subject: Subject, payload: [UInt8]) { take(.submitted(subject, payload: payload)) }

    var openTasks: Int { machine.openTasks }
    var counts: PoolCounts { machine.counts }

    private func receive() async throws {
        for try await message in socket.messages {
            guard let peer = NodeID(String(decoding: message.peer.bytes, as: UTF8.self)),
                let content = try? PoolMessage(decoding: message.message.array)
            else {
                badMessages += 1
                continue
            }
            take(.received(content, from: peer))
        }
    }

    private func keepTime() async throws {
        while true {
            // A message may bring a deadline that is nearer than the one we wait for, so look every few milliseconds.
            try await Task.sleep(for: .milliseconds(5))
            if let deadline = machine.nextDeadline, deadline <= now { take(.tick) }
        }
    }

    private func take(_ event: PoolEvent) {
        machine.step(event, at: now, into: &actions)
        actions.drain { perform($0) }
    }

    private func perform(_ action: PoolAction) {
        switch action {
        case .send(let message, let peer): send(message, to: peer)
        case .run(let task):
            Task {
                try? await Task.sleep(for: workTime)
                take(.ran(task.id, result: task.work()))
            }
        case .finished(let task, let result): if result != task.work() { wrongResults += 1 }
        // A shell with a disk would write accepted tasks down, and hand them to the machine after a restart.
        case .accepted, .refused: break
        }
    }

    private func send(_ message: PoolMessage, to peer: NodeID) {
        let isSent = try? socket.trySend(Message(message.encoded()), to: RoutingID("\(peer)"))
        if isSent != true { unsent += 1 }
    }

    private var now: Instant { Instant.origin.advanced(by: ContinuousClock.now - began) }
}
