// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct PubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pub",
        abstract: "Publish each line of standard input.",
        discussion: """
            A message goes to the subscribers whose prefix its first frame begins with. So that the first ones are not \
            lost, it waits until --subscribers want the first message; with 0 it does not. Subscribers that are slow \
            slow it down; with --drop they miss messages instead.

            Example: echo 'deploy started' | sinew pub --bind 'tcp://*:5556' --timeout 10s

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: CountOptions
    @OptionGroup var queue: QueueOptions

    @Option(
        parsing: .unconditional,
        help: "How many subscriptions must fit the first message before it is sent. Default 1.",
        transform: wholeNumber(from:)
    )
    var subscribers = 1

    @Flag(help: "Do not wait for subscribers whose queue is full: they miss messages.")
    var drop = false

    func validate() throws {
        guard (0...1_000_000).contains(subscribers) else { throw ValidationError("--subscribers is 0 to 1000000") }
    }

    func run() async throws {
        let transport = try socket.transport()
        try await Session.run(timeout: socket.timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let made = try sockets.publisher(overflow: drop ? .drop : .wait)
            let publisher = try session.open(made, socket.endpoints)
            var input = Input(messages.format(), maximumLineBytes: messages.maxLine)
            var awaited = subscribers
            try await sendLines(count: counting.count, &input) { record in
                if awaited > 0 {
                    try await wait(for: awaited, record.frames[0], publisher)
                    awaited = 0
                }
                try await publisher.send(record.message(), timeout: socket.timeout)
            }
            let dropped = publisher.statistics.dropped
            if dropped > 0 { note("\(dropped) times a subscriber's queue was full, and it missed messages") }
        }
    }

    private func wait(for count: Int, _ frame: [UInt8], _ publisher: PublisherSocket) async throws {
        do {
            try await publisher.subscriptions(to: Topic(frame), atLeast: count, timeout: socket.timeout)
            // The prefixes that a subscriber asks for come together, and are known one after the other.
            try? await Task.sleep(for: .milliseconds(50))
        } catch {
            guard error.code == .timedOut else { throw error }
            let place = (socket.endpoints.bind + socket.endpoints.connect).map(\.description).joined(separator: ", ")
            throw CommandFailure(
                .timedOut,
                "pub at \(place): fewer than \(count) subscriptions to the first message came in time; nothing was sent"
            )
        }
    }
}
