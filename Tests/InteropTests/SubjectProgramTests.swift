// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewBus
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Interop {
    /// The two Python programs of Documentation/interop.md, run as they stand there.
    @Suite(
        .serialized,
        .timeLimit(.minutes(2)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct SubjectProgramTests {
        private let context: Context

        init() throws { context = try Context() }

        /// The programs below the heading, in their order.
        private static func programs() throws -> [String] {
            let page = PeerKind.package.appending(path: "Documentation/interop.md")
            let text = try String(contentsOf: page, encoding: .utf8)
            let section = try #require(text.components(separatedBy: "\n## Plain ZeroMQ programs\n").last)
            return section.components(separatedBy: "```python\n").dropFirst().map {
                $0.components(separatedBy: "```")[0]
            }
        }

        @Test func programListens() async throws {
            let programs = try Self.programs()
            try #require(programs.count == 2)
            let publisher = try SubjectPublisher(context: context)
            let endpoint = try publisher.bind(.tcp("127.0.0.1", port: .any))
            let program = try Program(programs[0], "\(endpoint)")
            try await publisher.subscriptions(to: "orders.>", atLeast: 1, timeout: Interop.patience)
            #expect(!publisher.isWanted("stock.us"))
            try await publisher.publish("two pots", to: "orders.us.new")
            try await publisher.publish("nothing", to: "stock.us")
            try await publisher.publish([Frame("a lid"), Frame("by air")], to: "orders.de.new")
            #expect(try await program.lines(2) == ["orders.us.new: two pots", "orders.de.new: a lid, by air"])
        }

        @Test func programTells() async throws {
            let programs = try Self.programs()
            try #require(programs.count == 2)
            let subscriber = try SubjectSubscriber(context: context)
            try subscriber.subscribe("orders.*.new")
            let endpoint = try subscriber.bind(.tcp("127.0.0.1", port: .any))
            let program = try Program(programs[1], "\(endpoint)")
            let message = try await subscriber.receive(timeout: Interop.patience)
            #expect(message.subject == "orders.us.new" && message.payloadFrames.map(\.string) == ["two pots"])
            extendLifetime(program)
        }
    }
}

/// A Python program, for as long as somebody has this object.
private final class Program: Sendable {
    private let process = Process()
    private let output: FileHandle

    init(_ code: String, _ argument: String) throws {
        let pipe = Pipe()
        process.executableURL = PeerKind.python
        process.arguments = ["-c", code, argument]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        output = pipe.fileHandleForReading
        try process.run()
    }

    deinit {
        if process.isRunning { _ = kill(process.processIdentifier, SIGKILL) }
    }

    /// The first lines that it prints; fewer when it ends before.
    func lines(_ count: Int) async throws -> [String] {
        let output = output
        return try await onThread {
            var text = Data()
            while text.count(where: { $0 == UInt8(ascii: "\n") }) < count {
                let piece = output.availableData
                if piece.isEmpty { break }
                text += piece
            }
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
}
