// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One socket, many tasks and threads: with libzmq that is an abort, with other bindings an error.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SharedSocketTests {
    /// No send is refused because another is under way (zeromq.js#427), and no two messages mix (pyzmq#669).
    @Test(arguments: [Endpoint.inproc("shared"), .tcp("127.0.0.1", port: .any)])
    func tasksSendAtOnce(endpoint: Endpoint) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1))
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 1))
        try push.connect(try pull.bind(endpoint))
        let (tasks, messages) = (50, 40)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    for number in 0..<messages {
                        let frames = (0..<5).map { Frame("\(task) \(number) \($0)") }
                        try await push.send(try Message(frames: frames), timeout: SocketTest.patience)
                    }
                }
            }
            var next = [Int](repeating: 0, count: tasks)
            for _ in 0..<tasks * messages {
                let message = try await pull.receive(timeout: SocketTest.patience)
                let task = try #require(Int(message.first.string.split(separator: " ")[0]))
                #expect(message.frames.map(\.string) == (0..<5).map { "\(task) \(next[task]) \($0)" })
                next[task] += 1
            }
            try await group.waitForAll()
            #expect(next.allSatisfy { $0 == messages })
        }
        #expect(push.statistics.parks > 0, "nobody waited for anybody")
    }

    /// Threads do anything to one socket at once, until one of them closes it (libzmq#3200, #3742). In a process of its
    /// own, which libzmq would abort.
    @Test func threadsDoAnythingAtOnce() async {
        print("SINEW_SEED=\(SharedSocketTests.seed(startedBy: getpid())) repeats what the threads choose")
        await #expect(processExitsWith: .success) {
            let seed = SharedSocketTests.seed(startedBy: getppid())
            let context = try Context()
            let left = try DealerSocket(context: context, options: .init(sendHighWaterMark: 5))
            let right = try DealerSocket(context: context, options: .init(sendHighWaterMark: 5))
            try left.connect(try right.bind(.tcp("127.0.0.1", port: .any)))
            let counts = Deed.allCases.map { _ in Count() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for thread in 0..<8 {
                    group.addTask {
                        try await onThread {
                            var random = SeededGenerator(seed: seed &* 31 &+ UInt64(thread))
                            let socket = thread % 2 == 0 ? left : right
                            for _ in 0..<3000 {
                                let deed = Deed.allCases.randomElement(using: &random) ?? .send
                                if try deed.isDone(to: socket, thread) { counts[deed.rawValue].rise() }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            // All of it has happened, or this has tested less.
            guard counts.allSatisfy({ $0.value > 20 }) else { fatalError("\(counts.map(\.value))") }
            // Somebody closes while the others go on.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for thread in 0..<6 {
                    group.addTask {
                        try await onThread {
                            var random = SeededGenerator(seed: seed &* 31 &+ 8 &+ UInt64(thread))
                            for round in 0..<2000 {
                                if thread == 0, round == 1000 { left.close() }
                                _ = try Deed.allCases.randomElement(using: &random)?.isDone(to: left, thread)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            right.close()
            try await context.terminate(within: .seconds(30))
            _exit(0)
        }
    }

    /// What the choices follow from: another one in each run, unless the environment names one. Nothing that the
    /// process of the test prints is shown, so it takes what its parent knows, too.
    private static func seed(startedBy parent: pid_t) -> UInt64 {
        ProcessInfo.processInfo.environment["SINEW_SEED"].flatMap { UInt64($0) } ?? UInt64(parent)
    }

    private enum Deed: Int, CaseIterable {
        case send, receive, ask, change, bind, own

        /// False when somebody else had the socket, or it was closed; any other failure is thrown.
        func isDone(to socket: DealerSocket, _ thread: Int) throws -> Bool {
            do throws(ZMQError) {
                switch self {
                case .send: return try socket.trySend(Message(frames: ["\(thread)", "", "\(thread)"]))
                case .receive:
                    guard let message = try socket.tryReceive() else { return false }
                    let frames = message.frames.map(\.string)
                    guard frames.count == 3, frames[0] == frames[2], frames[1] == "" else { fatalError("\(frames)") }
                case .ask: _ = socket.statistics
                case .change: try socket.setLinger(.seconds(1))
                case .bind:
                    // A name of its own: the socket keeps it when somebody else has the socket by the time of `unbind`.
                    try socket.unbind(try socket.bind(.inproc("\(UInt64.random(in: 0 ... .max))")))
                case .own: return try Self.own(socket)
                }
                return true
            } catch {
                guard error.code == .busy || error.code == .closed else { fatalError("\(self): \(error)") }
                return false
            }
        }

        private static func own(_ socket: DealerSocket) throws(ZMQError) -> Bool {
            do {
                return try socket.withExclusiveAccess { try $0.receive(timeout: .zero) != nil }
            } catch {
                guard let error = error as? ZMQError else { fatalError("\(error)") }
                throw error
            }
        }
    }
}
