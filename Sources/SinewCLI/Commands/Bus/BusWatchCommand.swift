// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewBus
import SinewBusCore
import SinewCommandCore
import SinewCore
import SinewSubjects

struct BusWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show who is there, what they want, how much comes, and what is lost, until it is stopped.",
        discussion: """
            On a terminal the picture is drawn again each second. Otherwise each event is a line, and each second \
            has one with the sums. The messages of FILTER are counted, so they are all sent here, too; with \
            --no-traffic none are.

            What is lost between other nodes is known to those alone: missed are messages that did not come here.

            Example: sinew bus watch 'orders.>' --seed tcp://127.0.0.1:5555

            \(ExitStatus.shortHelp)
            """
    )

    @Argument(help: "Which messages are counted. Default >, all of them.", transform: filter(from:))
    var filter: SubjectFilter = ">"
    @OptionGroup var bus: BusNodeOptions
    @Flag(help: "Count no messages.") var noTraffic = false
    @Flag(help: "Print JSON objects, one a line, also on a terminal.") var json = false
    @Option(
        parsing: .unconditional,
        help: "Stop after this many seconds.",
        transform: wholeNumber(from:)
    )
    var count: Int?

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count is at least 1") }
    }

    func run() async throws {
        let isDrawn = !json && Descriptor.isTerminal(1)
        try await BusSession.run(bus, isQuiet: true) { session in
            let node = session.node
            let view = SharedView()
            let events = node.events
            let output = Output()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await event in events {
                        let line = view.state.withLock { $0.take(event, json: json) }
                        if !isDrawn { try await output.write(line: line) }
                    }
                }
                if !noTraffic {
                    let subscription = try await node.subscribe(filter)
                    group.addTask {
                        for try await message in subscription {
                            view.state.withLock { $0.count(message) }
                        }
                    }
                }
                session.tellEndpoint()
                defer { group.cancelAll() }
                var left = count
                var last = ContinuousClock.now
                while left != 0 {
                    try await Task.sleep(for: .seconds(1))
                    let now = ContinuousClock.now
                    let (peers, seconds) = (node.peers, (now - last) / .seconds(1))
                    last = now
                    let text = view.state.withLock { view in
                        view.tick(after: seconds)
                        return isDrawn ? view.screen(node, peers) : view.summary(peers, json: json)
                    }
                    try await output.write(Array(text.utf8))
                    left = left.map { $0 - 1 }
                }
            }
        }
    }
}

/// The view of the tasks that change it and the one that draws it.
private final class SharedView: Sendable {
    let state = Locked(BusView())
}
