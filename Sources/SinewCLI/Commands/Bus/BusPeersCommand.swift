// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewBus
import SinewBusCore
import SinewCommandCore
import SinewMembership

struct BusPeersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers",
        abstract: "Print the other nodes of the cluster: one a line, in the order of their names.",
        discussion: """
            The columns: name; status (alive, suspected, or - for one that is no member yet); links (both, out, in, or \
            - for none); how many interests it has told; endpoint; incarnation; id.

            Example: sinew bus peers --seed tcp://127.0.0.1:5555

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var bus: BusNodeOptions

    @Option(
        parsing: .unconditional,
        help: "How many nodes must be linked. Default 1.",
        transform: wholeNumber(from:)
    )
    var waitFor = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for them. Default 10s.", valueName: "time"),
        transform: duration(from:)
    )
    var timeout = Duration.seconds(10)

    @Flag(help: "Print a JSON object for each node.")
    var json = false

    func validate() throws {
        guard (0...1_000_000).contains(waitFor) else { throw ValidationError("--wait-for is 0 to 1000000") }
    }

    func run() async throws {
        try await BusSession.run(bus) { session in
            session.tellEndpoint()
            try await session.settle(atLeast: waitFor, within: timeout)
            let peers = session.node.peers
            let output = Output()
            if json { return try await output.write(peers.flatMap { $0.json + [0x0A] }) }
            var table = TextTable("NAME", "STATUS", "LINKS", "INTERESTS", "ENDPOINT", "INCARNATION", "ID")
            for peer in peers {
                table.append(
                    peer.shownName,
                    peer.shownStatus,
                    peer.shownLinks,
                    "\(peer.interestCount)",
                    peer.endpoints.joined(separator: ","),
                    "\(peer.incarnation)",
                    "\(peer.id)"
                )
            }
            try await output.write(table.lines.flatMap { Array("\($0)\n".utf8) })
        }
    }
}

extension BusPeerState {
    /// Its name, safe on a terminal; a node says itself what it is called.
    var shownName: String { String(decoding: PlainText.escape(Array(name.utf8), escapingTabs: true), as: UTF8.self) }

    /// What is believed of its life; empty for one that is no member.
    var shownStatus: String { status.map { "\($0)" } ?? "" }

    /// In which directions links stand; empty for none.
    var shownLinks: String {
        switch (isUp(outbound), isUp(inbound)) {
        case (true, true): "both"
        case (true, false): "out"
        case (false, true): "in"
        case (false, false): ""
        }
    }

    private func isUp(_ link: Link) -> Bool { if case .up = link { true } else { false } }

    /// Where it says that it is.
    var endpoints: [String] {
        (record?.content.endpoints ?? []).map { endpoint in
            String(decoding: PlainText.escape(Array(endpoint.utf8), escapingTabs: true), as: UTF8.self)
        }
    }

    /// One object.
    var json: [UInt8] {
        JSONText.object([
            ("name", JSONText.string(name)),
            ("status", JSONText.string(shownStatus)),
            ("links", JSONText.string(shownLinks)),
            ("interests", Array("\(interestCount)".utf8)),
            ("endpoints", JSONText.array(endpoints.map(JSONText.string))),
            ("incarnation", JSONText.string("\(incarnation)")),
            ("id", JSONText.string("\(id)")),
        ])
    }
}
