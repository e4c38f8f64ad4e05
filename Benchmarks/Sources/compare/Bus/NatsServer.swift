// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// A nats-server program, and how a run with a server of its own goes.
struct NatsServer {
    /// What it says of itself: "nats-server: v2.15.1".
    let version: String
    private let program: String
    private let isPinned: Bool

    /// The program at that path, or nil when it is not there or does not run.
    init?(program: String, isPinned: Bool) {
        guard let version = output(of: program, ["--version"]) else { return nil }
        self.program = program
        self.isPinned = isPinned
        self.version = version
    }

    /// Starts a server, lets the body run clients of it, and ends it, also when the body throws.
    ///
    /// The server is a child of a child, which ends it when this process ends in whatever way.
    ///
    /// - Returns: what the body returned, and the CPU seconds of the server from its start to its end.
    func run<Result>(_ body: (NatsClients) throws -> Result) throws -> (result: Result, cpu: Double) {
        let server = try ChildProcess("nats-server", ["program": self.program, "limit": "600"])
        let clients = NatsClients(endpoint: try server.endpoint(), isPinned: self.isPinned)
        let result = try body(clients)
        server.release()
        return (result, try server.report()["cpu"])
    }

    /// Runs one client that listens and one that talks to it through a server.
    ///
    /// - Returns: the reports of both, and the CPU seconds of all three.
    func run(
        listening: ChildKind,
        connecting: ChildKind,
        measuring: ChildPair.Side,
        _ options: [String: String]
    ) throws -> (measured: Sample, cpu: Double) {
        let ((measured, other), cpu) = try self.run { clients in
            let listener = try clients.listener(listening, options)
            let connector = try clients.connector(connecting, options)
            let (measurer, other) = measuring == .listening ? (listener, connector) : (connector, listener)
            let measured = try measurer.report()
            other.release()
            return (measured, try other.report())
        }
        return (measured, try measured["cpu"] + other["cpu"] + cpu)
    }
}

/// Where the clients of one server are started.
struct NatsClients {
    let endpoint: String
    let isPinned: Bool

    /// Starts a client that subscribes; returns when the server has its subscription.
    func listener(_ kind: ChildKind, _ options: [String: String]) throws -> ChildProcess {
        let child = try ChildProcess(kind, self.merged(options, core: 1))
        _ = try child.endpoint()
        return child
    }

    /// Starts a client that publishes or asks.
    func connector(_ kind: ChildKind, _ options: [String: String]) throws -> ChildProcess {
        try ChildProcess(kind, self.merged(options, core: 0))
    }

    private func merged(_ options: [String: String], core: Int) -> [String: String] {
        options.merging(["endpoint": self.endpoint, "core": self.isPinned ? String(core) : "-1"]) { $1 }
    }
}

/// What a program writes to its standard output; nil when it is not there or fails.
func output(of program: String, _ arguments: [String]) -> String? {
    guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
}
