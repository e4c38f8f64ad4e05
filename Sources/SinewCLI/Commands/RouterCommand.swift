// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct RouterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "router",
        abstract: "Print who sent what, and send lines of standard input to the peer they name.",
        discussion: """
            A line is the peer's name, a tab, and the message, on input and output. A name that is not plain text is \
            written as 0x and hexadecimal digits (with --hex: digits alone; with --json: \"peer\"). A message waits, \
            and those behind it, until its peer is connected, for --timeout at most. Requests of REQ sockets come \
            with their envelope: an empty frame and, from sinew req, a number before it; copy both into the reply.

            Example: sinew router --bind 'tcp://*:5558' --tabs

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: ReceivedCountOptions
    @OptionGroup var queue: QueueOptions

    func run() async throws {
        let transport = try socket.transport()
        let timeout = socket.timeout
        try await Session.run(timeout: timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let router = try session.open(sockets.router(), socket.endpoints)
            try await converse(messages, addressed: true, count: counting.count) { record in
                try await send(record, through: router, timeout)
            } receive: { limit in
                try await router.receive(upTo: limit, timeout: timeout).map { MessageRecord($0.message, peer: $0.peer) }
            }
        }
    }
}

/// Sends to a peer that may have to come first: a router knows only who is there.
private func send(_ record: MessageRecord, through router: RouterSocket, _ timeout: Duration?) async throws {
    let peer = RoutingID(record.peer ?? [])
    let deadline = timeout.map { ContinuousClock.now + $0 }
    let message = try record.message()
    while true {
        let left = deadline.map { ContinuousClock.now.duration(to: $0) }
        do throws(ZMQError) {
            return try await router.send(message, to: peer, timeout: left.map { max($0, .zero) })
        } catch {
            guard error.code == .unreachable else { throw error }
            if let left, left <= .zero {
                let name = String(decoding: PeerName.text(peer.bytes), as: UTF8.self)
                throw CommandFailure(.timedOut, "no peer '\(name)' was connected in time; its message was not sent")
            }
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
