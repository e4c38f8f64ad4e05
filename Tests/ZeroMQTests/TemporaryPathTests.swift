// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import ZeroMQ

/// `ipc` endpoints whose path nobody chose.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct TemporaryPathTests {
    private let files = FileManager.default

    private func folder(of endpoint: Endpoint) -> String {
        URL(filePath: String(endpoint.description.dropFirst("ipc://".count))).deletingLastPathComponent().path
    }

    /// libzmq itself makes a directory in the current one, unless `TMPDIR` says otherwise.
    @Test func theyAreInTheTemporaryDirectoryAndPrivate() async throws {
        let before = Set(try files.contentsOfDirectory(atPath: files.currentDirectoryPath))
        let context = try Context()
        let pull = try PullSocket(context: context)
        let endpoints = try (0..<3).map { _ in try pull.bind(.ipc("*")) }
        #expect(Set(endpoints).count == 3)
        let parent = (ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp").split(separator: "/").joined(
            separator: "/"
        )
        for endpoint in endpoints {
            let folder = folder(of: endpoint)
            #expect(folder.hasPrefix("/\(parent)/sinew-"), "\(endpoint)")
            #expect(try files.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
            let push = try PushSocket(context: context)
            try push.connect(endpoint)
            try await push.send("\(endpoint)")
            #expect(try await pull.receive(timeout: SocketTest.patience).string == "\(endpoint)")
        }
        let after = Set(try files.contentsOfDirectory(atPath: files.currentDirectoryPath))
        #expect(after.subtracting(before).filter { $0.hasPrefix("tmp") }.isEmpty)
    }

    @Test(arguments: ["unbind", "close", "letting go", "exclusive"]) func theyGoWithTheBind(how: String) async throws {
        let context = try Context()
        var pull: PullSocket? = try PullSocket(context: context)
        let endpoint = try #require(try pull?.bind(.ipc("*")))
        let folder = folder(of: endpoint)
        #expect(files.fileExists(atPath: folder))
        switch how {
        case "unbind": try pull?.unbind(endpoint)
        case "close": pull?.close()
        case "exclusive":
            try pull?.withExclusiveAccess { _ in
                pull?.close()
                #expect(files.fileExists(atPath: folder), "the socket is in use")
            }
        default: pull = nil
        }
        // Who was about to look at the socket may have held it a moment longer.
        try await eventually { !files.fileExists(atPath: folder) }
        pull = nil
        try await context.terminate(within: SocketTest.patience)
    }

    /// A bind that fails leaves nothing behind either.
    @Test func theyGoWithABindThatFails() async throws {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryDirectory()
            wish(for: folder.path + "//")
            let pull = try PullSocket(context: Context(options: .init(ioThreads: 0)))
            #expect { try pull.bind(.ipc("*")) } throws: { $0 is ZMQError }
            #expect(try folder.names == [])
            // And where none can be made in the one the user wishes, the system's own is there.
            wish(for: folder.path + "/nowhere")
            let other = try PullSocket(context: Context())
            #expect("\(try other.bind(.ipc("*")))".hasPrefix("ipc:///tmp/sinew-"))
        }
    }

    /// libzmq takes any path that begins with an asterisk for a wish to choose one.
    @Test func otherPathsWithAnAsteriskAreRefused() async throws {
        let pull = try PullSocket(context: Context())
        await SocketTest.expect(.invalidEndpoint, "begins with *") { try pull.bind(.ipc("*name")) }
    }
}

/// Says where temporary files shall be.
private func wish(for folder: String) { _ = unsafe setenv("TMPDIR", folder, 1) }
