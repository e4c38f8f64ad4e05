// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import ZeroMQ

/// What a context's options do to libzmq's threads.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ContextOptionsTests {
    @Test(arguments: [
        (Context.Options(threadNamePrefix: -1), "threadNamePrefix = -1", "use 0 to"),
        (Context.Options(threadNamePrefix: .max), "threadNamePrefix", "use 0 to"),
        (Context.Options(threadProcessors: [-1]), "threadProcessors = -1", "use 0 to 1023"),
        (Context.Options(threadProcessors: [0, 1024]), "threadProcessors = 1024", "use 0 to 1023"),
        (Context.Options(threadScheduling: .firstInFirstOut(priority: 1000)), "firstInFirstOut", "use a priority of"),
        (Context.Options(threadScheduling: .roundRobin(priority: -1)), "roundRobin", "use a priority of"),
    ])
    func outOfRange(options: Context.Options, option: String, advice: String) async {
        await SocketTest.expect(.invalidArgument, "Context.Options", option, advice) {
            _ = try Context(options: options)
        }
    }

    @Test(arguments: [Set([0]), [1], [0, 1], [2], [63, 64], [-1]])
    func ioThreadsThatTheContextDoesNotHave(threads: Set<Int>) async throws {
        let context = try Context(options: .init(ioThreads: 2))
        let isFine = threads.isSubset(of: [0, 1])
        var options = PullSocket.Options()
        options.transport.ioThreadAffinity = threads
        guard !isFine else {
            let pull = try PullSocket(context: context, options: options)
            try pull.bind(.tcp("127.0.0.1", port: .any))
            return
        }
        await SocketTest.expect(.invalidArgument, "PULL socket option ioThreadAffinity", "0 to 1", "2 I/O threads") {
            _ = try PullSocket(context: context, options: options)
        }
    }

    #if os(Linux)
    /// The threads whose names begin with a number, as `/proc` shows them: name and the folder with more.
    private func threads(withPrefix prefix: Int) throws -> [(name: String, folder: String)] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { thread in
            let folder = "/proc/self/task/\(thread)"
            guard let name = try? String(contentsOfFile: folder + "/comm", encoding: .utf8) else { return nil }
            return name.hasPrefix("\(prefix)/") ? (name.trimmingCharacters(in: .newlines), folder) : nil
        }
    }

    private func status(_ key: String, in folder: String) throws -> String {
        let text = try String(contentsOfFile: folder + "/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(key + ":") })
        return line.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces)
    }

    /// The number of the scheduling policy: field 41 of `/proc/…/stat`, of which the second is in parentheses.
    private func policy(in folder: String) throws -> Int? {
        let text = try String(contentsOfFile: folder + "/stat", encoding: .utf8)
        let fields = text[(try #require(text.lastIndex(of: ")")))...].split(separator: " ")
        return Int(fields[39])
    }

    @Test func namesOfThreads() async throws {
        let context = try Context(options: .init(ioThreads: 2, threadNamePrefix: 4101))
        let socket = try PullSocket(context: context)
        try await eventually {
            let names = try threads(withPrefix: 4101).map(\.name).sorted()
            return names == ["4101/ZMQbg/IO/0", "4101/ZMQbg/IO/1", "4101/ZMQbg/Reap"]
        }
        socket.close()
    }

    @Test func processorsOfThreads() async throws {
        let allowed = try status("Cpus_allowed_list", in: "/proc/self")
        let first = try #require(Int(allowed.prefix { $0.isNumber }))
        let context = try Context(options: .init(threadProcessors: [first], threadNamePrefix: 4102))
        let socket = try PullSocket(context: context)
        try await eventually {
            let threads = try threads(withPrefix: 4102)
            return try threads.count == 2
                && threads.allSatisfy { try status("Cpus_allowed_list", in: $0.folder) == "\(first)" }
        }
        socket.close()
    }

    @Test func processorsThatDoNotExist() async throws {
        await SocketTest.expect(.invalidArgument, "threadProcessors = [1023]", "at least one processor") {
            _ = try Context(options: .init(threadProcessors: [1023]))
        }
    }

    /// Policies are numbered as in `sched.h`. Which of them a process may choose depends on its privileges: what it may
    /// not is an error, and never the end of the process.
    @Test(arguments: [
        (ThreadScheduling.inherited, 0), (.firstInFirstOut(priority: 1), 1), (.roundRobin(priority: 2), 2), (.batch, 3),
    ])
    func schedulingOfThreads(scheduling: ThreadScheduling, number: Int) async throws {
        let context: Context
        do {
            context = try Context(options: .init(threadScheduling: scheduling, threadNamePrefix: 4103 + number))
        } catch {
            #expect(error.code == .notSupported, "\(error)")
            #expect(scheduling.isForThePrivileged, "\(error)")
            return
        }
        let socket = try PullSocket(context: context)
        try await eventually {
            let threads = try threads(withPrefix: 4103 + number)
            return try threads.count == 2 && threads.allSatisfy { try policy(in: $0.folder) == number }
        }
        socket.close()
    }

    /// The thread that is not named does nothing while messages pass.
    @Test(arguments: [0, 1]) func ioThreadOfASocket(thread: Int) async throws {
        let prefix = 4110 + thread
        let context = try Context(options: .init(ioThreads: 2, threadNamePrefix: prefix))
        var transport = TransportOptions()
        transport.ioThreadAffinity = [thread]
        let pull = try PullSocket(context: context, options: .init(transport: transport))
        let push = try PushSocket(context: context, options: .init(transport: transport))
        try push.connect(try pull.bind(.tcp("127.0.0.1", port: .any)))
        try await push.send("connected")
        _ = try await pull.receive(timeout: SocketTest.patience)
        func waits(_ thread: Int) throws -> Int {
            let found = try threads(withPrefix: prefix).first { $0.name == "\(prefix)/ZMQbg/IO/\(thread)" }
            return Int(try status("voluntary_ctxt_switches", in: try #require(found).folder)) ?? -1
        }
        let before = [try waits(0), try waits(1)]
        for _ in 0..<100 {
            try await push.send("x")
            _ = try await pull.receive(timeout: SocketTest.patience)
        }
        #expect(try waits(thread) >= before[thread] + 50)
        #expect(try waits(1 - thread) <= before[1 - thread] + 5)
    }
    #endif
}

extension ThreadScheduling {
    fileprivate var isForThePrivileged: Bool { self != .inherited && self != .batch }
}
