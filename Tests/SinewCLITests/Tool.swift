// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport
import Testing

/// All tests that run the tool, one after the other: each starts several processes, and they share the machine with
/// tests that have deadlines.
@Suite(.serialized) enum ToolTests {}

/// A folder below /tmp (the path of a socket has about 100 bytes) that is removed when the test is over.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/sinew-cli-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// An endpoint of this test's own.
    func ipc(_ name: String = "socket") -> String { "ipc://\(path)/\(name)" }
    func file(_ name: String) -> String { "\(path)/\(name)" }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}

/// A process that runs the built `sinew` as a user does.
final class Tool: Sendable {
    /// What a process did.
    struct End {
        /// Its exit status; below zero the signal that killed it.
        let status: Int32
        let output: String
        let outputBytes: [UInt8]
        let errors: String
    }

    /// How long anything may take on a machine that is busy with other tests.
    static let patience = Duration.seconds(60)

    /// Where the build has put the tool: beside the tests.
    static let path = BuiltProgram.path(of: "sinew")

    private struct Parts {
        let process = Process()
        /// Where there is one; descriptors are few in some tests beside these.
        var keyboard: Pipe?
        var isWatched = true
    }

    private let parts = Locked(Parts())
    private let folder: Folder
    private let name: String

    /// - Parameters:
    ///   - input: What is on its standard input; nil leaves it open, for `type(_:)`.
    convenience init(_ arguments: String..., input: String? = nil) throws {
        try self.init(Tool.path, arguments, input: input.map { Array($0.utf8) })
    }

    /// A shell command, in which `$SINEW` is the tool. Not `sh`: dash hears of no child's end when it is started from a
    /// thread of the pool, which blocks SIGCHLD.
    convenience init(shell command: String) throws { try self.init("/bin/bash", ["-c", command], input: []) }

    init(_ program: String, _ arguments: [String], input: [UInt8]?) throws {
        let folder = try Folder()
        self.folder = folder
        name = arguments.joined(separator: " ")
        for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: folder.file(name))) }
        try Data(input ?? []).write(to: URL(fileURLWithPath: folder.file("in")))
        try parts.withLock { parts in
            let process = parts.process
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.environment = ProcessInfo.processInfo.environment.merging(["SINEW": Tool.path]) { $1 }
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.file("in")))
            if input == nil { parts.keyboard = Pipe() }
            process.standardInput = parts.keyboard ?? file
            process.standardOutput = FileHandle(forWritingAtPath: folder.file("out"))
            process.standardError = FileHandle(forWritingAtPath: folder.file("err"))
            try process.run()
        }
    }

    deinit { parts.withLock { if $0.process.isRunning { kill($0.process.processIdentifier, SIGKILL) } } }

    var output: String { String(decoding: read("out"), as: UTF8.self) }
    var errors: String { String(decoding: read("err"), as: UTF8.self) }

    private func read(_ name: String) -> [UInt8] {
        // Data(contentsOf:) leaks its buffer when the file grows meanwhile (Foundation of Swift 6.3.1).
        let descriptor = unsafe open(folder.file(name), O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while case let count = unsafe Foundation.read(descriptor, &part, part.count), count > 0 {
            bytes += part.prefix(count)
        }
        return bytes
    }

    func type(_ text: String) { parts.withLock { $0.keyboard?.fileHandleForWriting.write(Data(text.utf8)) } }
    func endInput() { parts.withLock { try? $0.keyboard?.fileHandleForWriting.close() } }
    func signal(_ number: Int32) { parts.withLock { _ = kill($0.process.processIdentifier, number) } }

    /// Waits until something is so.
    func eventually(_ what: String, _ condition: (Tool) -> Bool) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while !condition(self) {
            let isOver = ContinuousClock.now > deadline
            try #require(!isOver, "\(name): not \(what) in time. Output: \(output) Errors: \(errors)")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until an `ipc` endpoint is there, or a line of standard error.
    func bound(_ path: String) async throws {
        try await eventually("bound") { _ in FileManager.default.fileExists(atPath: path) }
    }

    /// Waits for its end; kills it when that does not come.
    func end() async throws -> End {
        let isLate = try await onThread { [self] in
            let deadline = ContinuousClock.now + Self.patience
            while parts.withLock({ $0.process.isRunning }) {
                if ContinuousClock.now > deadline {
                    parts.withLock { _ = kill($0.process.processIdentifier, SIGKILL) }
                    return true
                }
                usleep(2000)
            }
            return false
        }
        try #require(!isLate, "\(name): did not end. Output: \(output) Errors: \(errors)")
        let status = parts.withLock { parts in
            let status = parts.process.terminationStatus
            return parts.process.terminationReason == .uncaughtSignal ? -status : status
        }
        return End(status: status, output: output, outputBytes: read("out"), errors: errors)
    }

    /// Runs the tool to its end.
    static func run(_ arguments: String..., input: String = "") async throws -> End {
        try await Tool(path, arguments, input: Array(input.utf8)).end()
    }
}

extension Tool.End {
    /// Whether it failed with a status and one line that has these words.
    func failed(_ status: Int32, _ words: String...) -> Bool {
        self.status == status && errors.hasPrefix("sinew: ") && errors.hasSuffix("\n")
            && errors.filter { $0 == "\n" }.count == 1 && words.allSatisfy(errors.contains)
    }
}
