// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewBus
import SinewBusCore
import SinewCommandCore
import SinewCore
import SinewMembership
import SinewSubjects

struct BusSubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sub",
        abstract: "Print the messages of a filter: the subject, a tab and the payload, one message a line.",
        discussion: """
            What was lost on the way is told on standard error, with its numbers.

            Example: sinew bus sub 'orders.*.new' --seed tcp://127.0.0.1:5555 --json

            \(ExitStatus.shortHelp)
            """
    )

    @Argument(help: "Which subjects.", transform: filter(from:)) var filter: SubjectFilter

    @Option(
        help: "The queue group that the messages are shared with: one member gets each of them.",
        transform: queueGroup(from:)
    )
    var queue: QueueGroup?

    @OptionGroup var reading: BusReadingOptions

    func run() async throws { try await reading.printMessages(of: filter, queue: queue) }
}

struct BusQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Take a share of the messages of a filter, as a member of a queue group: the same as sub --queue.",
        discussion: """
            Example: sinew bus queue workers 'jobs.>' --seed tcp://127.0.0.1:5555

            \(ExitStatus.shortHelp)
            """
    )

    @Argument(help: "The queue group.", transform: queueGroup(from:)) var group: QueueGroup
    @Argument(help: "Which subjects.", transform: filter(from:)) var filter: SubjectFilter
    @OptionGroup var reading: BusReadingOptions

    func run() async throws { try await reading.printMessages(of: filter, queue: group) }
}

/// How messages of the bus are read and printed.
struct BusReadingOptions: ParsableArguments {
    @OptionGroup var bus: BusNodeOptions
    @OptionGroup var format: BusFormatOptions
    @OptionGroup var counting: CountOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for each message. Then exit with 75.", valueName: "time"),
        transform: duration(from:)
    )
    var timeout: Duration?

    @Option(
        help: ArgumentHelp(
            """
            What happens when messages come faster than they are printed: dropNewest, dropOldest, latest (of each \
            subject), disconnect, or wait, which holds up publishers. Default dropNewest.
            """,
            valueName: "policy"
        ),
        completion: .list(SlowPolicy.all.map(\.description)),
        transform: slowPolicy(from:)
    )
    var slow = SlowPolicy.dropNewest

    func printMessages(of filter: SubjectFilter, queue: QueueGroup?) async throws {
        try await BusSession.run(bus) { session in
            let options = SubscriptionOptions(policy: slow)
            let subscription = try await session.node.subscribe(filter, queue: queue, options: options)
            session.tellEndpoint()
            if !subscription.unconfirmed.isEmpty {
                note("not confirmed by \(subscription.unconfirmed.joined(separator: ", ")): messages may be missed")
            }
            let output = Output()
            var left = counting.count
            var iterator = subscription.makeAsyncIterator()
            while left != 0 {
                let silence = timeout.map { Silence(subscription, limit: $0) }
                let message = try await iterator.next()
                silence?.end()
                guard let message else {
                    guard let timeout, silence?.isOver == true else { return }
                    throw CommandFailure(
                        .timedOut,
                        "no message of '\(filter)' came within \(DurationText.text(timeout))"
                    )
                }
                try await output.write(format.line.line(for: BusLine.Message(message)))
                left = left.map { $0 - 1 }
            }
        }
    }
}

/// Ends a subscription when nothing has come for so long.
private final class Silence: Sendable {
    private let over = Locked(false)
    private let timer = Locked<Task<Void, Never>?>(nil)

    init(_ subscription: Subscription, limit: Duration) {
        // Until the time is over or the task is cancelled, each keeps the other.
        let task = Task {
            do { try await Task.sleep(for: limit) } catch { return }
            over.withLock { $0 = true }
            subscription.unsubscribe()
        }
        timer.withLock { $0 = task }
    }

    var isOver: Bool { over.withLock { $0 } }

    func end() { timer.withLock { $0 }?.cancel() }
}

@Sendable private func slowPolicy(from text: String) throws -> SlowPolicy {
    guard let policy = SlowPolicy(text) else {
        let names = SlowPolicy.all.map(\.description).joined(separator: ", ")
        throw ValidationError("'\(text)' is no policy; there are \(names)")
    }
    return policy
}

extension BusLine.Message {
    /// A message that came.
    init(_ message: BusMessage) {
        self.init(
            subject: "\(message.subject)",
            payload: message.payload.array,
            node: message.publisherName,
            sequence: message.sequence,
            headers: message.headers.pairs.map { BusLine.Header($0.name, $0.value) }
        )
    }

    /// An answer that came.
    init(_ reply: Reply) {
        self.init(
            payload: reply.payload.array,
            node: reply.responderName,
            headers: reply.headers.pairs.map { BusLine.Header($0.name, $0.value) }
        )
    }
}
