// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// Policies that are asked: functions of the user's, and directories.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AuthPolicyTests {
    @Test func functionDecides() async throws {
        let (keys, context) = (try Keys(), try Context())
        let asked = Locked<[PeerCredentials]>([])
        let policy = AuthPolicy.verify { credentials in
            asked.withLock { $0.append(credentials) }
            return credentials.publicKey == keys.client.publicKey ? .accept(userID: "ann") : .refuse
        }
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        let bad = try Secured.push(keys.client(keys.stranger), to: endpoint, in: context)
        _ = try bad.trySend("refused")
        try await eventually { pull.authStatistics.refused == 1 }
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context, userID: "ann")
        let first = try #require(asked.withLock { $0.first })
        #expect(first == PeerCredentials(publicKey: keys.stranger.publicKey, address: "127.0.0.1"))
        #expect(first.mechanism == .curve && first.password == nil)
    }

    @Test func functionSeesNameAndPassword() async throws {
        let context = try Context()
        let policy = AuthPolicy.verify { credentials in
            let isRight = credentials.username == "ann" && credentials.password == "right"
            return isRight && credentials.mechanism == .plain ? .accept : .refuse
        }
        let (pull, endpoint) = try Secured.pull(.plainServer(accepting: policy), in: context)
        let right = SocketSecurity.plainClient(username: "ann", password: "right")
        try await Secured.expectOnly(right, at: endpoint, reaches: pull, in: context, userID: "ann")
    }

    /// What was sent while the policy thought arrives after it said yes, and not before.
    @Test func nothingArrivesBeforeTheAnswer() async throws {
        let (keys, context) = (try Keys(), try Context())
        let latch = Latch()
        let policy = AuthPolicy.verify(within: SocketTest.patience) { _ in
            _ = await latch.wait()
            return .accept
        }
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        let push = try Secured.push(keys.client(), to: endpoint, in: context)
        try await push.send("early")
        await SocketTest.expect(.timedOut) { _ = try await pull.receive(timeout: .milliseconds(200)) }
        #expect(pull.authStatistics.accepted == 0)
        latch.open()
        #expect(try await pull.receive(timeout: SocketTest.patience).string == "early")
    }

    /// The client gets a temporary failure, comes again, and gets in when the policy has recovered.
    @Test(arguments: ["never", "throws", "late", "temporary failure"]) func failingPolicyRefuses(
        how: String
    ) async throws {
        struct Broken: Error {}
        let (keys, context) = (try Keys(), try Context())
        let latch = Latch()
        let isBroken = Locked(true)
        let limit: Duration = how == "never" || how == "late" ? .milliseconds(20) : SocketTest.patience
        let policy = AuthPolicy.verify(within: limit) { _ in
            guard isBroken.withLock({ $0 }) else { return .accept }
            switch how {
            case "throws": throw Broken()
            case "temporary failure": return .temporaryFailure
            // Does not care that it is cancelled, as code does that waits for something else.
            default: return await Task.detached { await latch.wait() }.value ? .accept : .refuse
            }
        }
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        let push = try Secured.push(keys.client(), to: endpoint, in: context, patience: .milliseconds(100))
        try await push.send("patient")
        func outcome() -> UInt64 {
            let statistics = pull.authStatistics
            return switch how {
            case "throws": statistics.failed
            case "temporary failure": statistics.temporaryFailures
            default: statistics.timedOut
            }
        }
        try await eventually { outcome() >= 3 }
        #expect(try pull.tryReceive() == nil)
        #expect(pull.authStatistics.accepted == 0)
        if how == "late" {
            isBroken.withLock { $0 = false }
            latch.open()
            try await eventually { pull.authStatistics.lateAnswers >= 3 }
        }
        isBroken.withLock { $0 = false }
        #expect(try await pull.receive(timeout: SocketTest.patience).string == "patient")
        // More than once when the client lost its patience in the middle of it.
        #expect(pull.authStatistics.accepted >= 1)
        pull.close()
        push.close()
        // Functions that never return do not keep the context.
        try await context.terminate(within: SocketTest.patience)
        latch.open()
    }

    /// A policy that never answers takes a bounded number of tasks, and those of another server none of its places.
    @Test func undecidedClientsAreBounded() async throws {
        let (keys, context) = (try Keys(), try Context())
        let latch = Latch()
        let running = Locked(0)
        let policy = AuthPolicy.verify(within: .milliseconds(1)) { _ in
            running.withLock { $0 += 1 }
            return await Task.detached { await latch.wait() }.value ? .refuse : .refuse
        }
        let (stuck, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        let clients = try (0..<8).map { _ in
            try Secured.push(keys.client(), to: endpoint, in: context, patience: .milliseconds(100))
        }
        try await eventually { stuck.authStatistics.overloaded > 0 }
        #expect(running.withLock { $0 } <= AuthGate.maximumUndecided)
        let (pull, other) = try Secured.pull(keys.server(accepting: .verify { _ in .accept }), in: context)
        try await Secured.expectOnly(keys.client(), at: other, reaches: pull, in: context)
        latch.open()
        for client in clients { client.close() }
    }

    @Test func impossibleUserIDsAreRefused() async throws {
        let (keys, context) = (try Keys(), try Context())
        let ids = ["", "a\0b", String(repeating: "x", count: 256)]
        for id in ids {
            let (pull, endpoint) = try Secured.pull(
                keys.server(accepting: .verify { _ in .accept(userID: id) }),
                in: context
            )
            let push = try Secured.push(keys.client(), to: endpoint, in: context)
            _ = try push.trySend("x")
            try await eventually { pull.authStatistics.failed == 1 }
            #expect(try pull.tryReceive() == nil)
        }
    }

    @Test func closingEndsWhatIsBeingDecided() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (began, ended) = (Latch(), Latch())
        let policy = AuthPolicy.verify(within: SocketTest.patience) { _ in
            began.open()
            try? await Task.sleep(for: SocketTest.patience * 10)
            ended.open()
            return .accept
        }
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        let push = try Secured.push(keys.client(), to: endpoint, in: context)
        #expect(await began.wait(atMost: SocketTest.patience))
        pull.close()
        #expect(await ended.wait(atMost: SocketTest.patience), "the policy was not cancelled")
        push.close()
        try await context.terminate(within: SocketTest.patience)
    }

    /// The other server, which keeps the handler, goes on deciding.
    @Test func closingOneServerEndsWhatItIsDeciding() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (began, ended, latch) = (Latch(), Latch(), Latch())
        let first = AuthPolicy.verify(within: SocketTest.patience * 10) { _ in
            began.open()
            try? await Task.sleep(for: SocketTest.patience * 10)
            ended.open()
            return .accept
        }
        let second = AuthPolicy.verify(within: SocketTest.patience) { _ in await latch.wait() ? .accept : .refuse }
        let (one, here) = try Secured.pull(keys.server(accepting: first), in: context)
        let (two, there) = try Secured.pull(keys.server(accepting: second), in: context)
        let push = try Secured.push(keys.client(), to: here, in: context)
        let other = try Secured.push(keys.client(), to: there, in: context)
        try await other.send("accepted")
        #expect(await began.wait(atMost: SocketTest.patience))
        one.close()
        #expect(await ended.wait(atMost: SocketTest.patience), "the policy was not cancelled")
        latch.open()
        #expect(try await two.receive(timeout: SocketTest.patience) == "accepted")
        push.close()
    }

    /// The handler has found a server's gate, and then the server is closed: nobody comes to forget the question later.
    @Test func questionsThatComeAfterTheirServerEnd() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (keeper, _) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        let (began, ended) = (Latch(), Latch())
        let policy = AuthPolicy.verify(within: SocketTest.patience * 10) { _ in
            began.open()
            try? await Task.sleep(for: SocketTest.patience * 10)
            ended.open()
            return .accept
        }
        let (server, _) = try Secured.pull(keys.server(accepting: policy), in: context)
        let gate = try #require(server.engine.gate)
        let handler = try #require(context.core.authenticator.handler)
        server.close()
        let envelope = try #require(ReplyEnvelope(raw: Message("peer", "", "question")))
        let credentials = PeerCredentials(publicKey: keys.client.publicKey)
        handler.decide(.init(envelope: envelope, id: "1", credentials: credentials, gate: gate))
        #expect(await ended.wait(atMost: SocketTest.patience), "the policy was not cancelled")
        #expect(await began.wait(atMost: SocketTest.patience))
        #expect(gate.statistics.accepted == 0)
        keeper.close()
        try await context.terminate(within: SocketTest.patience)
    }

    /// Servers that are closed while they are asked, at any moment, leave no policy at work behind.
    @Test func closingAtAnyMomentLeavesNothingBehind() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let (keys, context) = (try Keys(), try Context())
        // Keeps the handler.
        let (keeper, _) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        let asker = try DealerSocket(context: context)
        try asker.connect(.inproc("zeromq.zap.01"))
        let running = Locked(0)
        let begun = Locked(0)
        let policy = AuthPolicy.verify(within: SocketTest.patience * 10) { _ in
            running.withLock { $0 += 1 }
            begun.withLock { $0 += 1 }
            try? await Task.sleep(for: SocketTest.patience * 10)
            running.withLock { $0 -= 1 }
            return .accept
        }
        let options = PullSocket.Options(transport: Secured.transport(keys.server(accepting: policy)))
        for round in 0..<400 {
            let before = begun.withLock { $0 }
            let server = try PullSocket(context: context, options: options)
            let domain = Frame(try #require(server.engine.gate).domain)
            let key = Frame(keys.client.publicKey.bytes)
            for _ in 0..<3 { try await asker.send(Message("", "1.0", "1", domain, "", "", "CURVE", key)) }
            for _ in 0..<Int.random(in: 0...200, using: &generator) { await Task.yield() }
            if round % 8 == 0 { try await eventually { begun.withLock { $0 } > before } }
            server.close()
        }
        try await eventually { running.withLock { $0 } == 0 }
        #expect(begun.withLock { $0 } >= 50, "seed \(seed)")
        keeper.close()
        asker.close()
        try await context.terminate(within: SocketTest.patience)
        #expect(running.withLock { $0 } == 0)
    }

    @Test func longestUserIDIsTheMessages() async throws {
        let (keys, context) = (try Keys(), try Context())
        let id = String(repeating: "\u{e9}", count: 127) + "x"
        let (pull, endpoint) = try Secured.pull(
            keys.server(accepting: .verify { _ in .accept(userID: id) }),
            in: context
        )
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context, userID: id)
    }

    /// Many at once: all who may get in do, and none of the others.
    @Test func crowdsAreSorted() async throws {
        let (keys, context, other) = (try Keys(), try Context(), try Context())
        let policy = AuthPolicy.verify { $0.publicKey == keys.client.publicKey ? .accept : .refuse }
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        let clients = try (0..<200).map { number in
            let security = number % 2 == 0 ? keys.client() : keys.client(keys.stranger)
            // Those for whom there is no place come again.
            let push = try Secured.push(security, to: endpoint, in: other, patience: .seconds(2))
            _ = try push.trySend(Message("\(number)"))
            return push
        }
        var seen: Set<Int> = []
        while seen.count < 100 {
            let message = try await pull.receive(timeout: SocketTest.patience)
            let number = try #require(Int(message.string))
            #expect(number % 2 == 0 && message.userID == keys.client.publicKey.z85)
            seen.insert(number)
        }
        try await eventually { pull.authStatistics.refused >= 100 }
        #expect(try pull.tryReceive() == nil)
        #expect(pull.authStatistics.accepted >= 100)
        for client in clients { client.close() }
    }

    @Test func shutdownEndsWhatIsBeingDecided() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (began, ended) = (Latch(), Latch())
        let policy = AuthPolicy.verify(within: SocketTest.patience) { _ in
            began.open()
            try? await Task.sleep(for: SocketTest.patience * 10)
            ended.open()
            return .accept
        }
        do {
            let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
            let push = try Secured.push(keys.client(), to: endpoint, in: context)
            let received = Task { try await pull.receive() }
            #expect(await began.wait(atMost: SocketTest.patience))
            context.shutdown()
            #expect(await ended.wait(atMost: SocketTest.patience), "the policy was not cancelled")
            await SocketTest.expect(.contextTerminated) { _ = try await value(of: received) }
            push.close()
        }
        try await context.terminate(within: SocketTest.patience)
    }

    /// A policy that computes for long, or blocks, does not hold up the context's other sockets.
    @Test func policyDoesNotRunOnTheContextsThread() async throws {
        let (keys, context) = (try Keys(), try Context())
        let reactor = await Task(executorPreference: context.executor) { currentThread() }.value
        let asked = Locked<UInt?>(nil)
        let policy = AuthPolicy.verify { _ in
            asked.withLock { $0 = currentThread() }
            return .accept
        }
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        let thread = try #require(asked.withLock { $0 })
        #expect(thread != reactor)
    }
}

private func currentThread() -> UInt { UInt(bitPattern: Thread.current.hashValue) }

/// The directory policy: what is in the directory when a client connects counts.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct KeyDirectoryTests {
    /// A client that is refused, and the server's count of it.
    private func expectRefused(
        _ security: SocketSecurity,
        at endpoint: Endpoint,
        by pull: PullSocket,
        in context: Context,
        _ counter: KeyPath<AuthStatistics, UInt64> = \.refused
    ) async throws {
        let before = pull.authStatistics
        let push = try Secured.push(security, to: endpoint, in: context)
        _ = try push.trySend("refused")
        try await eventually { pull.authStatistics[keyPath: counter] > before[keyPath: counter] }
        #expect(pull.authStatistics.accepted == before.accepted)
        #expect(try pull.tryReceive() == nil)
    }

    @Test func filesCountFromTheNextHandshakeOn() async throws {
        let (keys, context, directory) = (try Keys(), try Context(), try TemporaryDirectory())
        let policy = AuthPolicy.directory(directory.path)
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        try await expectRefused(keys.client(), at: endpoint, by: pull, in: context)
        try CurveCertificate(keys: keys.client).save(to: directory.path, name: "ann")
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        try await expectRefused(keys.client(keys.stranger), at: endpoint, by: pull, in: context)
        try directory.remove("ann.key")
        // The secret file alone lets nobody in.
        try await expectRefused(keys.client(), at: endpoint, by: pull, in: context)
        // Replaced in place, with a file of the same length.
        let text = try CurveCertificate(publicKey: keys.stranger.publicKey).text(withSecret: false)
        try directory.write(String(decoding: text, as: UTF8.self), to: "ann.key", mode: 0o644)
        try await Secured.expectOnly(keys.client(keys.stranger), at: endpoint, reaches: pull, in: context)
        let other = try CurveCertificate(publicKey: keys.client.publicKey).text(withSecret: false)
        try directory.write(String(decoding: other, as: UTF8.self), to: "ann.key", mode: 0o644)
        try await expectRefused(keys.client(keys.stranger), at: endpoint, by: pull, in: context)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
    }

    @Test func brokenFilesAreCountedAndTheOthersCount() async throws {
        let (keys, context, directory) = (try Keys(), try Context(), try TemporaryDirectory())
        try CurveCertificate(publicKey: keys.client.publicKey).save(to: directory.path, name: "good")
        let stranger = try CurveCertificate(publicKey: keys.stranger.publicKey).text(withSecret: false)
        let text = String(decoding: stranger, as: UTF8.self)
        try directory.write("garbage", to: "garbage.key")
        try directory.write(text, to: "written-by-all.key", mode: 0o666)
        try directory.write(text, to: ".hidden.key")
        try directory.write(text, to: "elsewhere.txt")
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory.path)/link.key",
            withDestinationPath: "\(directory.path)/elsewhere.txt"
        )
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/folder.key",
            withIntermediateDirectories: false
        )
        let content = try KeyDirectory.content(of: directory.path)
        #expect(content.keys == [keys.client.publicKey])
        #expect(content.failures.count == 4, "\(content.failures)")
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .directory(directory.path)), in: context)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        #expect(pull.authStatistics.unreadableCertificates == 4)
        try await expectRefused(keys.client(keys.stranger), at: endpoint, by: pull, in: context)
    }

    @Test func directoryThatCannotBeReadRefusesEverybody() async throws {
        let (keys, context, directory) = (try Keys(), try Context(), try TemporaryDirectory())
        try CurveCertificate(publicKey: keys.client.publicKey).save(to: directory.path, name: "good")
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .directory(directory.path)), in: context)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory.path)
        try await expectRefused(keys.client(), at: endpoint, by: pull, in: context, \.failed)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
        let aside = directory.path + "-aside"
        try FileManager.default.moveItem(atPath: directory.path, toPath: aside)
        // With a temporary failure, this client gets in when the directory is back.
        let before = pull.authStatistics.failed
        let push = try Secured.push(keys.client(), to: endpoint, in: context, patience: .milliseconds(100))
        try await push.send("patient")
        try await eventually { pull.authStatistics.failed > before }
        #expect(try pull.tryReceive() == nil)
        try FileManager.default.moveItem(atPath: aside, toPath: directory.path)
        #expect(try await pull.receive(timeout: SocketTest.patience).string == "patient")
    }

    /// What nobody can open, whoever put it there, does not keep out those who are listed.
    @Test func filesThatCannotBeOpenedAreCounted() async throws {
        let (keys, directory) = (try Keys(), try TemporaryDirectory())
        try CurveCertificate(publicKey: keys.client.publicKey).save(to: directory.path, name: "good")
        let listener = try RawListener(path: "\(directory.path)/socket.key")
        let content = try KeyDirectory.content(of: directory.path)
        #expect(content.keys == [keys.client.publicKey])
        #expect(content.failures.map(\.errno) == [ENXIO], "\(content.failures)")
        #expect(listener.descriptor >= 0)
    }

    #if os(Linux)
    /// Without a descriptor nothing is known about the files: who is listed must not be refused for good.
    @Test func wantOfDescriptorsIsNobodysFault() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            try CurveCertificate(publicKey: CurveKeyPair.generate().publicKey).save(to: directory.path, name: "good")
            guard try KeyDirectory.content(of: directory.path).keys.count == 1 else { exit(2) }
            // The directory gets this one, and the file none.
            guard leaveDescriptors(free: 1) else { exit(3) }
            do {
                _ = try KeyDirectory.content(of: directory.path)
                _exit(4)
            } catch {
                _exit((error as? ZMQError)?.errno == EMFILE ? 0 : 5)
            }
        }
    }
    #endif

    @Test func directoriesAreBounded() async throws {
        let directory = try TemporaryDirectory()
        try await onThread {
            for number in 0..<KeyDirectory.maximumEntries {
                close(unsafe open("\(directory.path)/\(number)", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
            }
        }
        #expect(try KeyDirectory.content(of: directory.path).keys.isEmpty)
        try directory.write("", to: "one more")
        await SocketTest.expect(.invalidCertificate, "4096") { _ = try KeyDirectory.content(of: directory.path) }
    }

    /// Questions that come together are answered by few readings, each of which began after them.
    @Test func questionsThatWaitTogetherAreAnsweredTogether() async throws {
        let directory = try TemporaryDirectory()
        let store = KeyDirectory(directory.path)
        let keys = try Keys()
        let first = await withCheckedContinuation { continuation in store.read { continuation.resume(returning: $0) } }
        #expect(try first.get().keys.isEmpty)
        try CurveCertificate(publicKey: keys.client.publicKey).save(to: directory.path, name: "a")
        let answers = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    let content = await withCheckedContinuation { continuation in
                        store.read { continuation.resume(returning: $0) }
                    }
                    return (try? content.get().keys.contains(keys.client.publicKey)) == true
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 100)
    }
}
