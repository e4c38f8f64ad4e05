// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct RepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rep",
        abstract: "Print requests, and answer them: with lines of standard input, a command's output, or an echo.",
        discussion: """
            Each request is printed. With --exec, the command is run by /bin/sh, one request at a time. The request is \
            its standard input (frames are joined by tabs), and what it prints is the reply, less one newline at the \
            end. When it fails (a status other than 0, a signal, more than --exec-timeout or 64 MiB), the reply has \
            two frames, 'error' and the reason, where a good one has one frame; the reason also goes to standard \
            error, and the next request is served.

            Example: sinew rep --bind 'tcp://*:5557' --exec 'uptime'

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: CountOptions
    @OptionGroup var queue: QueueOptions

    @Option(help: ArgumentHelp("Answer with the output of this command.", valueName: "command"), completion: .default)
    var exec: String?

    @Option(
        help: ArgumentHelp("How long the command may take. Default 30s.", valueName: "time"),
        transform: duration(from:)
    )
    var execTimeout = Duration.seconds(30)

    @Flag(help: "Answer with the request.")
    var echo = false

    func validate() throws {
        guard exec == nil || !echo else { throw ValidationError("--exec and --echo exclude each other") }
    }

    func run() async throws {
        let transport = try socket.transport()
        let format = messages.format()
        try await Session.run(timeout: socket.timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let server = try session.open(sockets.reply(), socket.endpoints)
            var input = Input(format, maximumLineBytes: messages.maxLine)
            let output = Output()
            var left = counting.count
            while left != 0 {
                // All answers were given.
                if exec == nil, !echo, try await input.hasEnded() { return }
                let call = try await server.receive(timeout: socket.timeout)
                let request = MessageRecord(call.request)
                try await output.write(format.line(for: request))
                let answer = try await answer(to: request, &input)
                do throws(ZMQError) {
                    try await call.reply(with: answer, timeout: socket.timeout ?? .seconds(5))
                } catch {
                    let isClientsLoss = error.code == .unreachable || error.code == .timedOut
                    guard isClientsLoss else { throw error }
                    note("the reply could not be sent: \(error)")
                }
                left = left.map { $0 - 1 }
            }
        }
    }

    private func answer(to request: MessageRecord, _ input: inout Input) async throws -> Message {
        if echo { return try request.message() }
        if let exec { return try await answer(of: exec, to: request) }
        guard let record = try await input.next() else {
            throw CommandFailure(
                .unavailable,
                "a request came after the last line of standard input, and was left unanswered; --count N stops in time"
            )
        }
        return try record.message()
    }

    private func answer(of command: String, to request: MessageRecord) async throws -> Message {
        let child = Child(command: command, limit: execTimeout, maximumOutputBytes: 64 << 20)
        switch await child.run(Array(request.frames.joined(separator: [0x09]))) {
        case nil: throw CancellationError()
        case .failure(let reason):
            note("--exec '\(command)': \(reason); the client is told so")
            return Message("error", reason)
        case .output(var bytes):
            if bytes.last == 0x0A { bytes.removeLast() }
            return Message(bytes)
        }
    }
}
