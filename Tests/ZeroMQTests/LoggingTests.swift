// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import LogTestSupport
import Logging
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// What is logged, at which level, and what never is.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LoggingTests {
    private let record = LogRecord()

    @Test func connectionsAreLogged() async throws {
        let context = try Context(logger: record.logger())
        let transport = TransportOptions(label: "jobs")
        let pull = try PullSocket(context: context, options: .init(transport: transport))
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let push = try PushSocket(context: Context())
        try push.connect(endpoint)
        try await push.send("not for the log")
        #expect(try await pull.receive(timeout: SocketTest.patience) == "not for the log")
        push.close()
        try await eventually { !record.lines("a connection ended").isEmpty }
        pull.close()
        try await eventually { !record.lines("closed").isEmpty }
        let messages = record.lines.map(\.message)
        let expected = [
            "listening", "a connection changed", "a connection is established", "a connection ended", "closed",
        ]
        #expect(messages == expected)
        #expect(record.lines.map(\.level) == [.debug, .trace, .debug, .debug, .debug])
        for line in record.lines {
            #expect(line.metadata["zmq.socket.type"] == "PULL" && line.metadata["zmq.socket.label"] == "jobs")
            #expect(line.metadata["zmq.socket.origin"]?.contains("LoggingTests.swift:") == true)
            #expect(line.source == "ZeroMQ" && !line.text.contains("not for the log"))
            #expect(line.metadata["zmq.endpoint"] == (line.message == "closed" ? nil : "\(endpoint)"))
        }
        #expect(record.lines[1].metadata["zmq.event"] == "accepted")
        try await context.terminate(within: SocketTest.patience)
    }

    /// Without a logger nothing is monitored, and `inproc` never is.
    @Test func nothingIsMonitoredWithoutNeed() throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        try pull.bind(.tcp("127.0.0.1", port: .any))
        #expect(pull.engine.state.withLock { $0.monitor == nil })
        context.logger = record.logger()
        let local = try PullSocket(context: context)
        try local.bind(.inproc("here"))
        #expect(local.engine.state.withLock { $0.monitor == nil })
        // From its next endpoint on.
        try pull.bind(.tcp("127.0.0.1", port: .any))
        #expect(pull.engine.state.withLock { $0.monitor != nil })
        let listener = try RawListener()
        let adopting = try PullSocket(context: context)
        try adopting.bind(adopting: listener.descriptor)
        #expect(try adopting.connections.isEmpty, "the monitor came first")
        #expect(listener.port != 0)
        context.logger = nil
        let silent = try PullSocket(context: context)
        try silent.connect(.tcp("127.0.0.1", port: 1))
        #expect(silent.engine.state.withLock { $0.monitor == nil })
        #expect(context.logger == nil)
    }

    @Test func socketsWorkWithoutAMonitor() async throws {
        let context = try Context(options: .init(maximumSockets: 2), logger: record.logger())
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(pull.bind(.tcp("127.0.0.1", port: .any)))
        try await push.send("x")
        #expect(try await pull.receive(timeout: SocketTest.patience) == "x")
        try await eventually { record.lines("the socket's connections are not logged").count == 2 }
        #expect(
            record.lines[0].level == .info && record.lines[0].metadata["zmq.error"]?.contains("maximumSockets") == true
        )
    }

    @Test func retriesAreLoggedWithTheirNumber() async throws {
        let context = try Context(logger: record.logger())
        let transport = TransportOptions(
            reconnectInterval: .milliseconds(1),
            maximumReconnectInterval: .milliseconds(2)
        )
        let push = try PushSocket(context: context, options: .init(transport: transport))
        try push.connect(.ipc("@sinew-nobody-\(UInt64.random(in: 0 ... .max))"))
        try await eventually { record.lines("connecting is tried again").count >= 20 }
        let lines = record.lines("connecting is tried again").prefix(20)
        #expect(lines.map { $0.metadata["zmq.count"] } == (1...20).map { "\($0)" })
        let info = lines.filter { $0.level == .info }.map { $0.metadata["zmq.count"] }
        #expect(info == ["1", "2", "4", "8", "16"])
        #expect(lines.allSatisfy { $0.level <= .info && $0.metadata["zmq.retry_delay"]?.isEmpty == false })
    }

    @Test func handshakeFailuresHaveTheirReason() async throws {
        let context = try Context(logger: record.logger(.info))
        let pull = try PullSocket(context: context)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        for bytes in [RawPeer.greeting + RawPeer.command("NONSENSE", []), RawPeer.greeting + RawPeer.ready("PUB")] {
            try await onThread {
                let peer = try RawPeer(port: endpoint.port)
                peer.write(bytes)
                try peer.end()
            }
        }
        try await eventually { record.lines("a handshake failed").count == 2 }
        let reasons = record.lines.compactMap { $0.metadata["zmq.reason"] }
        #expect(reasons.contains { $0.contains(HandshakeFailure.Reason.unexpectedCommand.summary) }, "\(reasons)")
        #expect(reasons.contains { $0.contains("socket types fit") }, "\(reasons)")
        #expect(record.lines.map { $0.metadata["zmq.count"] } == ["1", "2"])
        #expect(record.lines.allSatisfy { $0.metadata["zmq.endpoint"] == "\(endpoint)" })
    }

    @Test func refusalsAndFailuresOfPoliciesAreLogged() async throws {
        struct Down: Error, CustomStringConvertible { let description = "the directory\nis down" }
        let context = try Context(logger: record.logger())
        let policy = AuthPolicy.verify { credentials in
            if credentials.username == "ann" { return .accept(userID: "user 1") }
            if credentials.username == "eve\n" { return .refuse }
            if credentials.username == "long" { return .accept(userID: "") }
            throw Down()
        }
        let options = PullSocket.Options(transport: .init(security: .plainServer(accepting: policy), label: "door"))
        let server = try PullSocket(context: context, options: options)
        let domain = Frame(try #require(server.engine.gate).domain)
        let dealer = try DealerSocket(context: context)
        try dealer.connect(.inproc("zeromq.zap.01"))
        for name in ["ann", "eve\n", "long", "bob"] {
            try await dealer.send(Message("", "1.0", "1", domain, "10.0.0.1", "", "PLAIN", Frame(name), "pass-word"))
            _ = try await dealer.receive(timeout: SocketTest.patience)
        }
        try await dealer.send(Message("", "9.9", "1"))
        try await eventually { record.lines.count == 5 }
        let wanted: [(message: String, level: Logger.Level, metadata: [String: String])] = [
            ("a client was accepted", .debug, ["zmq.peer.name": "ann", "zmq.peer.user_id": "user 1"]),
            ("a client was refused", .info, ["zmq.peer.name": "eve\\u{a}", "zmq.count": "1"]),
            ("the policy failed", .info, ["zmq.peer.name": "long", "zmq.count": "1"]),
            ("the policy failed", .info, ["zmq.error": "the directory\\u{a}is down", "zmq.count": "2"]),
        ]
        for (line, wanted) in zip(record.lines, wanted) {
            #expect(line.message == wanted.message && line.level == wanted.level)
            for (key, value) in wanted.metadata { #expect(line.metadata[key] == value, "\(line)") }
            #expect(line.metadata["zmq.mechanism"] == "PLAIN" && line.metadata["zmq.peer.address"] == "10.0.0.1")
            #expect(line.metadata["zmq.socket.label"] == "door" && line.metadata["zmq.policy"] == "verify")
            #expect(!line.text.contains("pass-word"))
        }
        let malformed = try #require(record.lines.last)
        #expect(malformed.message == "a question about a client does not follow ZAP")
        #expect(malformed.metadata["zmq.reason"] == "Unsupported version")
    }

    /// Something has taken the authenticator's socket from it: that nobody gets in any more has a reason.
    @Test func failureOfTheAuthenticatorIsLogged() async throws {
        let message = "the authenticator failed, and no client is let in"
        let (keys, context) = (try Keys(), try Context(logger: record.logger()))
        let (first, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        let handler = try #require(context.core.authenticator.handler)
        var exclusive = try handler.engine.beginExclusive()
        try await eventually { !record.lines(message).isEmpty && !handler.isRunning }
        exclusive.engine.endExclusive(&exclusive)
        let line = record.lines(message)[0]
        #expect(line.level == .info)
        #expect(line.metadata["zmq.error"]?.contains(ZMQError.Code.busy.summary) == true, "\(line)")
        // The next server starts another one, for all.
        let (second, _) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: first, in: context)
        first.close()
        second.close()
        try await context.terminate(within: SocketTest.patience)
        // Ends that are wanted are not failures.
        try await eventually { record.lines("closed").count >= 3 }
        #expect(record.lines(message).count == 1)
    }

    @Test func keysOfClientsAreLoggedAndSecretsAreNot() async throws {
        let (keys, context) = (try Keys(), try Context(logger: record.logger()))
        let directory = try TemporaryDirectory()
        try directory.write("garbage", to: "broken.key")
        let policy = AuthPolicy.directory(directory.path)
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: policy), in: context)
        let push = try Secured.push(keys.client(), to: endpoint, in: context)
        _ = try push.trySend("contents")
        try await eventually { !record.lines("a client was refused").isEmpty && pull.statistics.handshakeFailures > 0 }
        let line = record.lines("a client was refused")[0]
        #expect(line.metadata["zmq.peer.key"] == keys.client.publicKey.z85)
        #expect(line.metadata["zmq.peer.address"] == "127.0.0.1")
        let unreadable = try #require(record.lines("certificates could not be read").first)
        #expect(unreadable.level == .info && unreadable.metadata["zmq.error"]?.contains("broken.key") == true)
        try directory.remove("broken.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory.path)
        let other = try Secured.push(keys.client(), to: endpoint, in: context)
        _ = try other.trySend("contents")
        try await eventually { !record.lines("the policy failed").isEmpty }
        #expect(record.lines("the policy failed")[0].metadata["zmq.error"]?.contains("0777") == true)
        let secrets = [keys.server.secretKey.z85, keys.client.secretKey.z85, "contents"]
        for line in record.lines { for secret in secrets { #expect(!line.text.contains(secret)) } }
        #expect(record.lines.allSatisfy { $0.level <= .info })
    }

    /// As many lines as the number has doubled, and not one for each.
    @Test func droppedMessagesAreLoggedByTheirNumber() async throws {
        let context = try Context(logger: record.logger())
        let options = PublisherSocket.Options(sendHighWaterMark: 1)
        let publisher = try PublisherSocket(context: context, options: options)
        let subscriber = try SubscriberSocket(
            subscriptions: [.all],
            context: context,
            options: .init(receiveHighWaterMark: 1)
        )
        try subscriber.connect(try publisher.bind(.inproc("drops")))
        try await publisher.subscriptions(to: "", atLeast: 1)
        // A subscriber that was full is passed over until libzmq has heard that it reads.
        try await eventually {
            for _ in 0..<10 { try await publisher.send("x") }
            while try subscriber.tryReceive() != nil {}
            return publisher.statistics.dropped >= 20
        }
        let dropped = publisher.statistics.dropped
        let message = "a subscriber's queue was full, and it missed a message"
        let count = UInt64.bitWidth - dropped.leadingZeroBitCount
        try await eventually { record.lines(message).count == count }
        #expect(record.lines(message).map { $0.metadata["zmq.count"] } == (0..<count).map { "\(1 << $0)" })
        #expect(record.lines(message).allSatisfy { $0.level == .info })
    }

    @Test func endsThatLeaveSomethingAreLogged() async throws {
        let context = try Context(logger: record.logger(.info))
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("left")))
        for _ in 0..<20 { try await push.send("x") }
        // The first few receives take more than they return.
        for _ in 0..<4 { _ = try await pull.receive() }
        pull.close()
        try await eventually { !record.lines.isEmpty }
        #expect(record.lines[0].message == "closed with messages that nobody received")
        #expect(Int(record.lines[0].metadata["zmq.count"] ?? "") ?? 0 > 0)
        await SocketTest.expect(.terminationTimedOut) { try await context.terminate(within: .milliseconds(1)) }
        try await eventually { record.lines.count == 2 }
        #expect(record.lines[1].message == "the context could not be terminated in time")
        #expect(record.lines[1].metadata["zmq.open_sockets"]?.contains("PUSH socket made at") == true)
        push.close()
        try await context.terminate(within: SocketTest.patience)
    }

    @Test func slowReadersOfEventsAreLogged() async throws {
        let context = try Context(logger: record.logger())
        let pull = try PullSocket(context: context)
        let events = try pull.events(bufferingNewest: 1)
        for _ in 0..<3 { try pull.bind(.tcp("127.0.0.1", port: .any)) }
        try await eventually { record.lines("listening").count == 3 }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .lagged(2))
        try await eventually { !record.lines("a reader of the socket's events was too slow").isEmpty }
        let line = record.lines("a reader of the socket's events was too slow")[0]
        #expect(line.level == .info && line.metadata["zmq.missed"] == "2" && line.metadata["zmq.count"] == "1")
    }

    @Test func skippedMessagesAndAbandonedRequestsAreLogged() async throws {
        let context = try Context(logger: record.logger())
        let reply = try ReplySocket(context: context)
        let dealer = try DealerSocket(context: context)
        try dealer.connect(try reply.bind(.inproc("odd")))
        try await dealer.send("no envelope")
        try await dealer.send(Message("", "question"))
        do { _ = try await reply.receive(timeout: SocketTest.patience) }
        try await eventually { record.lines.count == 2 }
        let expected = ["a message did not follow the pattern and was skipped", "a request was not answered"]
        #expect(record.lines.map(\.message) == expected)
        #expect(record.lines.allSatisfy { $0.metadata["zmq.socket.type"] == "REP" && $0.metadata["zmq.count"] == "1" })
    }

    // MARK: The queue

    @Test func queuesAreBoundedAndCountWhatTheyLeaveOut() {
        var queue = LogQueue(capacity: 3)
        #expect(queue.takeAll().isEmpty)
        for number in 0..<5 { queue.append(LogLine(.debug, "\(number)", [:])) }
        let lines = queue.takeAll()
        #expect(lines.map(\.message) == ["0", "1", "2", "log lines were left out"])
        #expect(lines.last?.metadata == ["zmq.count": "2"])
        queue.append(LogLine(.debug, "5", [:]))
        #expect(queue.takeAll().map(\.message) == ["5"])
    }

    /// Lines come in order, from a task of their own, which ends and begins again.
    @Test func linesComeInOrder() async throws {
        let log = LogWriter(record.logger())
        for round in 1...20 {
            for number in 0..<50 { log.write(LogLine(.info, "\(round) \(number)", [:])) }
            try await eventually { record.lines.count == round * 50 }
        }
        #expect(record.lines.map(\.message) == (1...20).flatMap { round in (0..<50).map { "\(round) \($0)" } })
        log.logger = nil
        log.write(LogLine(.info, "nobody", [:]))
        #expect(record.lines.count == 1000)
    }

    /// A logger that blocks holds up neither calls nor the context's thread, and memory stays bounded.
    @Test func slowLoggersHoldNobodyUp() async throws {
        let gate = DispatchSemaphore(value: 0)
        let log = LogWriter(nil)
        let record = record
        log.logger = Logger(label: "slow") { _ in SlowHandler(gate: gate, next: record.logger()) }
        let count = 3 * LogWriter.maximumWaiting
        for number in 0..<count { log.write(LogLine(.info, "\(number)", [:])) }
        gate.signal()
        func lost() -> Int {
            record.lines("log lines were left out").reduce(0) { $0 + (Int($1.metadata["zmq.count"] ?? "") ?? 0) }
        }
        func written() -> Int { record.lines.count - record.lines("log lines were left out").count }
        try await eventually { written() + lost() == count }
        // Those that the task took along with the first are not among those that wait.
        #expect(lost() >= LogWriter.maximumWaiting && written() <= 2 * LogWriter.maximumWaiting)
    }

    @Test func numbersAreToldWhenTheyHaveDoubled() {
        let told = (1...70).filter { UInt64($0).hasDoubled(since: UInt64($0 - 1)) }
        #expect(told == [1, 2, 4, 8, 16, 32, 64])
        #expect(UInt64(9).hasDoubled(since: 7) && !UInt64(15).hasDoubled(since: 8) && UInt64(3).hasDoubled(since: 0))
        #expect(LogLine(problem: "x", count: 9, growth: 2, [:]).level == .info)
        #expect(LogLine(problem: "x", count: 10, growth: 2, [:]).level == .debug)
        #expect(LogLine(problem: "x", count: 10, growth: 2, [:]).metadata == ["zmq.count": "10"])
    }

    @Test func foreignTextIsOneLine() {
        #expect(
            Logger.MetadataValue.foreign("a\r\n\u{1b}[0m\u{2028}\u{e9}") == "a\\u{d}\\u{a}\\u{1b}[0m\\u{2028}\u{e9}"
        )
        #expect("\(Logger.MetadataValue.foreign(String(repeating: "x", count: 5000)))".count == 1000)
    }

    @Test func labelsAreChecked() async throws {
        let context = try Context()
        for label in ["", "a\nb", String(repeating: "x", count: 101)] {
            await SocketTest.expect(.invalidArgument, "1 to 100") {
                _ = try PullSocket(context: context, options: .init(transport: .init(label: label)))
            }
        }
        let pull = try PullSocket(context: context, options: .init(transport: .init(label: "jobs")))
        #expect(context.openSockets[0].hasPrefix("PULL socket \"jobs\" made at"))
        pull.close()
    }
}

/// Waits before its first line.
private struct SlowHandler: LogHandler {
    let gate: DispatchSemaphore
    var next: Logger
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    init(gate: DispatchSemaphore, next: Logger) {
        self.gate = gate
        self.next = next
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // No longer than it takes to fill the queue.
        gate.wait()
        gate.signal()
        next.log(level: event.level, event.message, metadata: event.metadata)
    }
}
