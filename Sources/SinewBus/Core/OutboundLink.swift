// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

/// The two sockets of a link that this node opened, and the tasks that look after them.
final class OutboundLink: Sendable {
    let number: UInt32
    let control: DealerSocket
    let data: DealerSocket
    private let open = Connections()
    private let tasks = Locked<[Task<Void, Never>]>([])

    /// Makes the sockets; they connect with ``start(to:on:)``.
    init(_ id: LinkID, context: Context, maximumFrameBytes: Int) throws(ZMQError) {
        number = id.number
        control = try Self.socket(id, .control, context, maximumFrameBytes)
        data = try Self.socket(id, .data, context, maximumFrameBytes)
    }

    private static func socket(
        _ id: LinkID,
        _ lane: Lane,
        _ context: Context,
        _ maximumFrameBytes: Int
    ) throws(ZMQError) -> DealerSocket {
        var options = DealerSocket.Options()
        options.routingID = RoutingID(id.routingID(of: lane))
        // Credit bounds what is on its way, in bytes; what is not granted is not sent.
        options.sendHighWaterMark = lane == .data ? 0 : 1000
        options.transport.immediate = true
        // A link ends with its connections: what comes after is another link.
        options.transport.reconnectInterval = nil
        options.transport.linger = .milliseconds(200)
        options.transport.handshakeTimeout = .seconds(5)
        options.transport.connectTimeout = .seconds(5)
        options.transport.maximumMessageBytes = maximumFrameBytes
        options.transport.label = lane == .data ? "bus-data" : "bus-control"
        return try DealerSocket(context: context, options: options)
    }

    /// Connects both, and tells what becomes of it: `opened` when both connections stand, `closed` when either ends,
    /// and what comes over the control lane.
    func start(to endpoint: Endpoint, on node: NodeCore) throws(ZMQError) {
        let events = [try control.events(), try data.events()]
        let open = open
        try control.connect(endpoint)
        try data.connect(endpoint)
        var tasks: [Task<Void, Never>] = []
        for stream in events {
            tasks.append(
                Task(executorPreference: node.context.executor) { [weak node, number] in
                    for await event in stream {
                        switch event.kind {
                        case .handshakeSucceeded:
                            if open.add() == 2 { node?.step(.opened(number)) }
                        case .disconnected, .closed, .connectRetried, .handshakeFailed:
                            node?.step(.closed(number))
                            return
                        default: break
                        }
                    }
                }
            )
        }
        tasks.append(
            Task(executorPreference: node.context.executor) { [weak node, number, control] in
                while let message = try? await control.receive() { node?.answered(message, on: number) }
            }
        )
        self.tasks.withLock { $0 += tasks }
    }

    /// Ends the connections, after what was sent has left, for a short while.
    func close() {
        for task in tasks.withLock({ $0 }) { task.cancel() }
        control.close()
        data.close()
    }
}

/// How many of a link's connections have come to stand.
private final class Connections: Sendable {
    private let count = Locked(0)

    func add() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
