// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the versions of Sinew and of the libzmq in use, and what that can do."
    )

    /// Sinew's version: the next one, until it is released.
    static let sinew = "0.1.0-dev"

    @Flag(help: "Print a JSON object.")
    var json = false

    static var capabilities: [String] { Capability.available.map(\.name).sorted() }

    static var text: String {
        "sinew \(sinew)\nlibzmq \(Version.libzmq)\ncapabilities \(capabilities.joined(separator: " "))"
    }

    func run() async throws {
        let output = Output()
        guard json else { return try await output.write(line: Self.text) }
        let object = JSONText.object([
            ("sinew", JSONText.string(Self.sinew)),
            ("libzmq", JSONText.string(Version.libzmq.description)),
            ("capabilities", JSONText.array(Self.capabilities.map(JSONText.string))),
        ])
        try await output.write(object + [0x0A])
    }
}
