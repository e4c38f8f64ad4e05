// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

/// The kinds of sockets whose connections can be watched.
enum MonitoredKind: String, CaseIterable, ExpressibleByArgument {
    case push, pull, pub, sub, req, rep, dealer, router, pair
}

struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Print what happens to a socket's connections: accepted, refused, handshakes, retries, the end.",
        discussion: """
            The socket is a real peer of this kind, which never sends or receives: a pull, rep, dealer or router among \
            others would be given messages that nobody reads. sub, push, pub and req disturb nobody.

            With --json: {"event":"handshakeFailed","endpoint":"tcp://…","failure":"refused","reason":"…"}.

            Example: sinew monitor sub --connect tcp://10.0.0.7:5556 --timeout 10s

            \(ExitStatus.help)
            """
    )

    @Argument(help: "The kind of socket.")
    var kind: MonitoredKind

    @OptionGroup var socket: SocketOptions

    @Flag(help: "Print each event as a JSON object.")
    var json = false

    @Option(help: "Stop after this many events.")
    var count: Int?

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count is at least 1") }
    }

    func run() async throws {
        let transport = try socket.transport()
        try await Session.run(timeout: socket.timeout) { session in
            let watched = try make(session.context, transport)
            let events = try watched.events()
            try session.open(watched, bind: socket.endpoints.bind, connect: socket.endpoints.connect, isWatched: false)
            let output = Output()
            var left = count
            while left != 0 {
                guard let event = try await next(events) else { return }
                try await output.write((json ? line(for: event) : Array(event.description.utf8)) + [0x0A])
                left = left.map { $0 - 1 }
            }
        }
    }

    private func next(_ events: SocketEvents) async throws -> SocketEvent? {
        let timeout = socket.timeout
        let event = try await withThrowingTaskGroup(of: SocketEvent?.self) { group in
            group.addTask {
                var iterator = events.makeAsyncIterator()
                return await iterator.next()
            }
            if let timeout {
                group.addTask {
                    try await Task.sleep(for: timeout)
                    throw CommandFailure(.timedOut, "nothing happened within \(DurationText.text(timeout))")
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        return event
    }

    private func line(for event: SocketEvent) -> [UInt8] {
        var members = [("event", JSONText.string(event.kind.name))]
        if let endpoint = event.endpoint { members.append(("endpoint", JSONText.string(endpoint.description))) }
        if let failure = event.handshakeFailure {
            members.append(("failure", JSONText.string(failure.reason.name)))
            members.append(("reason", JSONText.string(failure.description)))
        } else if let error = event.error {
            members.append(("reason", JSONText.string(error.description)))
        }
        if let delay = event.retryDelay { members.append(("retryAfter", JSONText.string(DurationText.text(delay)))) }
        if event.missed > 0 { members.append(("missed", Array("\(event.missed)".utf8))) }
        return JSONText.object(members)
    }

    private func make(_ context: Context, _ transport: TransportOptions) throws -> any Socket {
        switch kind {
        case .push: try PushSocket(context: context, options: .init(transport: transport))
        case .pull: try PullSocket(context: context, options: .init(receiveHighWaterMark: 1, transport: transport))
        case .pub: try PublisherSocket(context: context, options: .init(transport: transport))
        case .sub: try SubscriberSocket(context: context, options: .init(transport: transport))
        case .req: try RequestSocket(context: context, options: .init(transport: transport))
        case .rep: try ReplySocket(context: context, options: .init(receiveHighWaterMark: 1, transport: transport))
        case .dealer: try DealerSocket(context: context, options: .init(receiveHighWaterMark: 1, transport: transport))
        case .router: try RouterSocket(context: context, options: .init(receiveHighWaterMark: 1, transport: transport))
        case .pair: try PairSocket(context: context, options: .init(receiveHighWaterMark: 1, transport: transport))
        }
    }
}
