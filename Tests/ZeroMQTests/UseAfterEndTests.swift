// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Calls on sockets that are closed, shut down or inherited through a fork throw; none traps, aborts or hangs.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct UseAfterEndTests {
    private func codes(_ push: PushSocket, _ pull: PullSocket) async -> [ZMQError.Code?] {
        func code(_ body: () async throws(ZMQError) -> Void) async -> ZMQError.Code? {
            do throws(ZMQError) {
                try await body()
                return nil
            } catch {
                return error.code
            }
        }
        return [
            await code { () throws(ZMQError) in try await push.send("x") },
            await code { () throws(ZMQError) in try await push.send([1, 2, 3]) },
            await code { () throws(ZMQError) in _ = try push.trySend("x") },
            await code { () throws(ZMQError) in _ = try await pull.receive() },
            await code { () throws(ZMQError) in _ = try await pull.receive(upTo: 10) },
            await code { () throws(ZMQError) in _ = try pull.tryReceive() },
            await code { () throws(ZMQError) in _ = try pull.bind(.tcp("127.0.0.1", port: .any)) },
            await code { () throws(ZMQError) in try push.connect(.inproc("x")) },
        ]
    }

    @Test func afterClose() async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        let pull = try PullSocket(context: context)
        push.close()
        pull.close()
        push.close()
        let codes = await codes(push, pull)
        #expect(codes.allSatisfy { $0 == .closed }, "\(codes)")
        #expect(throws: ZMQError.self) { try pull.withExclusiveAccess { _ in } }
        for try await _ in pull.messages { Issue.record("a closed socket has no messages") }
        try await context.terminate(within: .seconds(10))
    }

    @Test func afterShutdown() async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        let pull = try PullSocket(context: context)
        context.shutdown()
        context.shutdown()
        let codes = await codes(push, pull)
        #expect(codes.allSatisfy { $0 == .contextTerminated }, "\(codes)")
        for try await _ in pull.messages { Issue.record("a socket that was shut down has no messages") }
        #expect { try PairSocket(context: context) } throws: { ($0 as? ZMQError)?.code == .contextTerminated }
    }

    @Test func afterFork() async {
        await #expect(processExitsWith: .success) {
            let context = try Context()
            let push = try PushSocket(context: context)
            let pull = try PullSocket(context: context)
            try push.connect(try pull.bind(.inproc("fork")))
            // Once before the fork as well: what Swift's runtime makes on first use is made under locks, and a lock
            // that another thread holds at the fork stays locked in the child.
            #expect(Inheritance.refusals(push, pull, context) == 0)
            // A request is under way: in the child nobody is going to hand its turn on.
            let request = try RequestSocket(context: context)
            try request.connect(.inproc("nobody"))
            let asking = Task { try await request.request("?") }
            while request.statistics.parks == 0 { await Task.yield() }
            let idle = try PullSocket(context: context)
            let newest = NewestReceiver(idle.messages)
            newest.start()
            while idle.statistics.parks == 0 { await Task.yield() }
            // Messages lie ready, which a receive takes without the lock.
            for _ in 0..<40 { try await push.send("x") }
            while pull.engine.shelf.count == 0 { _ = try await pull.receive() }
            context.core.authenticator.totals.count(\.accepted)
            let child = forkProcess()
            if child == 0 {
                // What is counted lies behind a lock, too.
                guard context.authStatistics == AuthStatistics() else { _exit(4) }
                guard Inheritance.isRefused({ try await request.request("!") }) else { _exit(2) }
                guard Inheritance.isRefused({ try await pull.receive() }) else { _exit(3) }
                guard Inheritance.isRefused({ try await newest.next() ?? Message() }) else { _exit(5) }
                newest.leave()
                let refusals = Inheritance.refusals(push, pull, context)
                push.close()
                context.shutdown()
                _exit(refusals == Inheritance.calls ? 0 : 1)
            }
            var status: Int32 = -1
            _ = unsafe waitpid(child, &status, 0)
            #expect(status == 0)
            #expect(context.authStatistics.accepted == 1)
            asking.cancel()
            // The parent goes on.
            #expect(try push.trySend("x"))
            #expect(try await pull.receive(timeout: .seconds(10)) == "x")
        }
    }
}

/// Calls on sockets that a child process has inherited.
private enum Inheritance {
    static let calls = 6

    /// How many of the calls say that they were made after a fork.
    static func refusals(_ push: PushSocket, _ pull: PullSocket, _ context: Context) -> Int {
        count { () throws(ZMQError) in _ = try push.trySend("x") }
            + count { () throws(ZMQError) in _ = try pull.tryReceive() }
            + count { () throws(ZMQError) in try pull.bind(.inproc("other")) }
            + count { () throws(ZMQError) in try pull.unbind(.inproc("other")) }
            + count { () throws(ZMQError) in _ = try PairSocket(context: context) }
            + count { () throws(ZMQError) in
                let security = SocketSecurity.plainServer(accepting: .anyone)
                _ = try PullSocket(context: context, options: .init(transport: .init(security: security)))
            }
    }

    /// Runs an asynchronous call here and now: the child has no other threads.
    static func isRefused(_ body: @escaping @Sendable () async throws -> Message) -> Bool {
        let outcome = Outcome()
        let task = Task.immediate {
            do { _ = try await body() } catch { outcome.code.withLock { $0 = (error as? ZMQError)?.code } }
        }
        _ = task
        return outcome.code.withLock { $0 } == .usedAfterFork
    }

    private final class Outcome: Sendable { let code = Locked<ZMQError.Code?>(nil) }

    private static func count(_ body: () throws(ZMQError) -> Void) -> Int {
        do throws(ZMQError) { try body() } catch {
            return error.code == .usedAfterFork && !error.description.isEmpty ? 1 : 0
        }
        return 0
    }
}

/// Swift hides `fork`, rightly; this is what programs that use it all the same do.
func forkProcess() -> Int32 {
    guard let symbol = unsafe dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork") else { return -1 }
    return unsafe unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)()
}
