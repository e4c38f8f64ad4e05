// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewBus
import SinewBusCore
import SinewCommandCore
import SinewCore
import SinewMembership
import SinewSubjects

struct BusReplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reply",
        abstract: "Print requests, and answer them: with TEXT, a command's output, or an echo.",
        discussion: """
            With --exec, the command is run by /bin/sh, one request after the other. The request is its standard \
            input, and what it prints is the answer, less one newline at the end. When it fails (a status other than \
            0, a signal, more than --exec-timeout or 64 MiB), who asked is told so with the reason, which also goes \
            to standard error.

            Example: sinew bus reply host.uptime --exec uptime --seed tcp://127.0.0.1:5555

            \(ExitStatus.shortHelp)
            """
    )

    @Argument(help: "Which subjects.", transform: filter(from:)) var filter: SubjectFilter
    @Argument(help: "The answer.") var text: String?
    @OptionGroup var bus: BusNodeOptions
    @OptionGroup var format: BusFormatOptions
    @OptionGroup var counting: CountOptions

    @Option(help: ArgumentHelp("Answer with the output of this command.", valueName: "command"), completion: .default)
    var exec: String?

    @Option(
        help: ArgumentHelp("How long the command may take. Default 30s.", valueName: "time"),
        transform: duration(from:)
    )
    var execTimeout = Duration.seconds(30)

    @Flag(help: "Answer with the request.")
    var echo = false

    @Option(
        help: "The queue group of the responders, of which one is asked. Default responders.",
        transform: queueGroup(from:)
    )
    var queue = QueueGroup.responders

    @Flag(help: "Be in no queue group: answer also when others do.")
    var all = false

    func validate() throws {
        guard [text != nil, exec != nil, echo].count(where: \.self) == 1 else {
            throw ValidationError("what is the answer? Give one of TEXT, --exec COMMAND and --echo")
        }
    }

    func run() async throws {
        try await BusSession.run(bus) { session in
            let (answered, tell) = AsyncStream.makeStream(of: (any Error)?.self)
            // The handler keeps the order in which requests came.
            let responder = Task { [self] in
                do {
                    try await session.node.respond(to: filter, queue: all ? nil : queue, limit: 1) { request in
                        defer { tell.yield(nil) }
                        return try await answer(to: request)
                    }
                    tell.finish()
                } catch {
                    tell.yield(error)
                }
            }
            defer { responder.cancel() }
            // Who has not heard of this node cannot ask it, and hears of the responder with its first word.
            while !session.node.isAnswering { try await Task.sleep(for: .milliseconds(2)) }
            session.tellEndpoint()
            var left = counting.count
            for await failure in answered {
                if let failure { throw failure }
                left = left.map { $0 - 1 }
                if left == 0 { break }
            }
        }
    }

    private func answer(to request: BusMessage) async throws -> Response {
        try await Output().write(format.line.line(for: BusLine.Message(request)))
        if let text { return Response(text) }
        guard let exec else { return Response(request.payload.array, headers: request.headers) }
        let child = Child(command: exec, limit: execTimeout, maximumOutputBytes: 64 << 20)
        switch await child.run(request.payload.array) {
        case nil: throw CancellationError()
        case .failure(let reason):
            note("--exec '\(exec)': \(reason); who asked is told so")
            throw CommandFailure(.no, reason)
        case .output(var bytes):
            if bytes.last == 0x0A { bytes.removeLast() }
            return Response(bytes)
        }
    }
}

extension Node {
    /// Whether its responder is there.
    fileprivate var isAnswering: Bool { statistics.subscriptions > 0 }
}
