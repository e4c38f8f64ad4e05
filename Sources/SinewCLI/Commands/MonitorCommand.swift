// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Print what happens to a socket's connections: accepted, refused, handshakes, retries, the end.",
        discussion: """
            The socket is a real peer of this kind, which never sends or receives: a pull, rep, dealer or router among \
            others would be given messages that nobody reads. sub, push, pub and req disturb nobody.

            What comes again and again is printed the 1st, 2nd, 4th, 8th time and so on, with how often it has come; \
            every time again once a handshake succeeds at the endpoint.

            With --json: {"event":"handshakeFailed","endpoint":"tcp://…","failure":"refused","reason":"…","times":2}.

            Example: sinew monitor sub --connect tcp://10.0.0.7:5556 --timeout 10s

            \(ExitStatus.shortHelp)
            """
    )

    @Argument(help: "The kind of socket.")
    var kind: MonitoredKind

    @OptionGroup var socket: SocketOptions
    @OptionGroup var counting: CountOptions

    @Flag(help: "Print each event as a JSON object.")
    var json = false

    func run() async throws {
        let transport = try socket.transport()
        try await Session.run(timeout: socket.timeout) { session in
            let watched = try make(SocketFactory(session, highWaterMark: 1, transport))
            let events = try watched.events()
            try session.open(watched, bind: socket.endpoints.bind, connect: socket.endpoints.connect, isWatched: false)
            let output = Output()
            var repetitions = Repetitions()
            var left = counting.count
            while left != 0 {
                guard let event = try await next(events) else { return }
                guard let times = times(event, &repetitions) else { continue }
                try await output.write((json ? object(for: event, times) : text(for: event, times)) + [0x0A])
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

    /// How often an event has come since a handshake succeeded there; nil when it is not worth a line.
    private func times(_ event: SocketEvent, _ repetitions: inout Repetitions) -> Int? {
        // Each of these says how many events it stands for.
        guard event.kind != .lagged else { return 1 }
        // libzmq has several names for a host, and for a listener at all addresses, but one port.
        let place = event.endpoint?.port?.description ?? event.endpoint?.description ?? ""
        if event.kind == .handshakeSucceeded { repetitions.startAgain(at: place) }
        // The time until the next attempt differs, and is no news.
        let cause = event.handshakeFailure?.description ?? event.error?.description ?? ""
        let name = "\(event.kind) \(event.endpoint?.description ?? "") \(event.number ?? 0) \(cause)"
        return repetitions.count(name, at: place)
    }

    private func text(for event: SocketEvent, _ times: Int) -> [UInt8] {
        Array((times > 1 ? "\(event) (\(times) times)" : event.description).utf8)
    }

    private func object(for event: SocketEvent, _ times: Int) -> [UInt8] {
        var members = [("event", JSONText.string(event.kind.name))]
        if let endpoint = event.endpoint { members.append(("endpoint", JSONText.string(endpoint.description))) }
        if let failure = event.handshakeFailure {
            members.append(("failure", JSONText.string(failure.reason.name)))
            members.append(("reason", JSONText.string(failure.description)))
        } else if let error = event.error {
            members.append(("reason", JSONText.string(error.description)))
        }
        if let delay = event.retryDelay { members.append(("retryAfter", JSONText.string(DurationText.text(delay)))) }
        if times > 1 { members.append(("times", Array("\(times)".utf8))) }
        if event.missed > 0 { members.append(("missed", Array("\(event.missed)".utf8))) }
        return JSONText.object(members)
    }

    private func make(_ sockets: SocketFactory) throws -> any Socket {
        switch kind {
        case .push: try sockets.push()
        case .pull: try sockets.pull()
        case .pub: try sockets.publisher()
        case .sub: try sockets.subscriber()
        case .req: try sockets.request()
        case .rep: try sockets.reply()
        case .dealer: try sockets.dealer()
        case .router: try sockets.router()
        case .pair: try sockets.pair()
        }
    }
}
