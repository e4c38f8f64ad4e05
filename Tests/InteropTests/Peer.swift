// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A process with another implementation of ZeroMQ, which does what a test tells it; see Peers/link.py.
///
/// It ends with this object, and by itself when nobody tells it anything any more.
final class Peer: Sendable {
    private let process: Process
    private let link: Link
    private let isBusy = Locked(false)

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Starts a peer.
    ///
    /// - Parameter script: What it runs; nil for the script with the kind's name.
    init(_ kind: PeerKind, script: String? = nil) throws {
        _ = Self.brokenPipesAreErrors
        let (commands, answers) = (Pipe(), Pipe())
        process = Process()
        process.executableURL = PeerKind.python
        process.arguments = [script.map { PeerKind.scripts.appending(path: $0).path } ?? kind.script.path]
        // Where libzmq makes up names of sockets; without this, in the directory that the tests run in.
        let folder = ["TMPDIR": FileManager.default.temporaryDirectory.path]
        process.environment = ProcessInfo.processInfo.environment.merging(folder) { own, _ in own }
        process.standardInput = commands
        process.standardOutput = answers
        try process.run()
        link = Link(kind: kind, commands: commands.fileHandleForWriting, answers: answers.fileHandleForReading)
    }

    deinit {
        if process.isRunning { signal(SIGKILL) }
    }

    /// Writing to a peer that has gone must not end the test program.
    private static let brokenPipesAreErrors: Void = { _ = Foundation.signal(SIGPIPE, SIG_IGN) }()

    /// Has the peer do something, and waits until it is done. One thing at a time.
    @discardableResult
    func callAsFunction(_ command: String, _ arguments: [String: JSON] = [:]) async throws -> Answer {
        let isFree = isBusy.withLock { isBusy in
            defer { isBusy = true }
            return !isBusy
        }
        guard isFree else { throw Failure(description: "\(command): the peer has not answered the command before") }
        let line = try JSONEncoder().encode(arguments.merging(["do": .text(command)]) { _, new in new })
        let link = link
        let answer = try await onThread { try link.exchange(line, command) }
        // After a failure on the way, answers and commands would not belong together any more.
        isBusy.withLock { $0 = false }
        if let error = answer.error { throw Failure(description: "\(link.kind) \(command): \(error)") }
        return answer
    }

    /// The peer and what it has started.
    private func signal(_ number: Int32) {
        // The group exists once the peer has come so far as to make it.
        if kill(-process.processIdentifier, number) != 0 { _ = kill(process.processIdentifier, number) }
    }

    /// Ends the peer without a word to anybody, as a crash does.
    func crash() async throws {
        let process = process
        signal(SIGKILL)
        try await onThread { process.waitUntilExit() }
    }

    /// Has the peer do nothing, not even answer for its connections.
    func freeze() { signal(SIGSTOP) }

    func thaw() { signal(SIGCONT) }
}

/// The pipes to a peer.
private struct Link: Sendable {
    let kind: PeerKind
    let commands: FileHandle
    let answers: FileHandle

    /// Blocks until the answer is there.
    func exchange(_ command: Data, _ name: String) throws -> Answer {
        try commands.write(contentsOf: command + Data([UInt8(ascii: "\n")]))
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let piece = answers.availableData
            guard !piece.isEmpty else { throw Peer.Failure(description: "\(kind) ended at the command \(name)") }
            line += piece
        }
        return try JSONDecoder().decode(Answer.self, from: line)
    }
}

/// What most tests want of a peer, which calls its socket "peer".
extension Peer {
    func socket(_ type: String, _ options: [String: JSON] = [:], subscriptions: [[UInt8]] = []) async throws {
        let subscriptions = subscriptions.map { JSON.hex($0) }
        let arguments: [String: JSON] = ["options": .object(options), "subscriptions": .list(subscriptions)]
        try await self("socket", arguments.merging(["name": "peer", "type": .text(type)]) { $1 })
    }

    /// Sends the traffic, each message behind the frames of `prefix`.
    func send(_ traffic: Traffic, prefix: [String] = []) async throws {
        try await self("send_traffic", with(traffic, prefix))
    }

    /// Receives the traffic, each message behind the frames of `prefix`.
    func receive(_ traffic: Traffic, prefix: [String] = []) async throws {
        try await self("receive_traffic", with(traffic, prefix))
    }

    /// Requests and replies: answers, asks or routes, as Peers/pyzmq_peer.py says.
    @discardableResult
    func exchange(_ command: String, _ requests: Traffic, replies: Traffic) async throws -> Answer {
        try await self(command, with(requests, []).merging(["reply_seed": .number(replies.seed)]) { $1 })
    }

    func send(_ frames: String...) async throws {
        try await self("send", ["name": "peer", "messages": [.list(frames.map { .hex($0) })]])
    }

    /// Receives messages; their frames as text.
    func receive(_ count: Int = 1) async throws -> [[String]] {
        try await self("receive", ["name": "peer", "count": .number(count)]).messageTexts
    }

    private func with(_ traffic: Traffic, _ prefix: [String]) -> [String: JSON] {
        var arguments = traffic.arguments
        arguments["name"] = "peer"
        if !prefix.isEmpty { arguments["prefix"] = .list(prefix.map { .hex($0) }) }
        return arguments
    }
}
