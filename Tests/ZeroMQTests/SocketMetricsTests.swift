// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if Metrics
import CoreMetrics
import MetricsTestKit
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// The numbers that a backend is told: each change once, under the right name.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SocketMetricsTests {
    private let backend = TestMetrics()
    private let context: Context
    private let metrics: SocketMetrics

    init() throws {
        context = try Context()
        metrics = SocketMetrics(of: context, dimensions: [("service", "test")], factory: backend)
    }

    private func total(_ name: String, _ dimensions: (String, String)...) -> Int64? {
        try? backend.expectCounter(name, dimensions + [("service", "test")]).totalValue
    }

    private func level(_ name: String, _ dimensions: (String, String)...) -> Double? {
        try? backend.expectMeter(name, dimensions + [("service", "test")]).lastValue
    }

    /// Sends through sockets of its own; they are freed.
    private func work(messages: Int, label: String? = nil) async throws {
        let transport = TransportOptions(label: label)
        let pull = try PullSocket(context: context, options: .init(transport: transport))
        let push = try PushSocket(context: context, options: .init(transport: transport))
        try push.connect(try pull.bind(.inproc("work-\(UInt64.random(in: 0 ... .max))")))
        for _ in 0..<messages { try await push.send("x") }
        for _ in 0..<messages { _ = try await pull.receive() }
        metrics.record()
        push.close()
        pull.close()
    }

    @Test func changesAreRecordedOnce() async throws {
        metrics.record()
        #expect(total("zmq_messages_sent_total", ("type", "push"), ("label", "")) == nil, "there was no such socket")
        try await work(messages: 10)
        #expect(total("zmq_messages_sent_total", ("type", "push"), ("label", "")) == 10)
        #expect(total("zmq_messages_received_total", ("type", "pull"), ("label", "")) == 10)
        #expect(
            total("zmq_messages_received_total", ("type", "push"), ("label", "")) == 0,
            "it is there before anything has happened"
        )
        metrics.record()
        metrics.record()
        #expect(total("zmq_messages_sent_total", ("type", "push"), ("label", "")) == 10)
        try await work(messages: 5)
        #expect(total("zmq_messages_sent_total", ("type", "push"), ("label", "")) == 15)
        #expect(level("zmq_open_sockets", ("type", "push"), ("label", "")) == 1)
        metrics.record()
        #expect(level("zmq_open_sockets", ("type", "push"), ("label", "")) == 0)
    }

    @Test func labelsAreDimensions() async throws {
        try await work(messages: 3, label: "jobs")
        try await work(messages: 4, label: "audit")
        #expect(total("zmq_messages_sent_total", ("type", "push"), ("label", "jobs")) == 3)
        #expect(total("zmq_messages_sent_total", ("type", "push"), ("label", "audit")) == 4)
    }

    /// Every number has its own name, and the backend is told each of them.
    @Test func everyNumberHasAName() throws {
        var statistics = SocketStatistics()
        statistics.sent = 1
        statistics.received = 2
        statistics.dropped = 3
        statistics.malformed = 4
        statistics.subscriptionsIgnored = 5
        statistics.abandoned = 6
        statistics.parks = 7
        statistics.cancellations = 8
        statistics.reconnects = 9
        statistics.handshakeFailures = 10
        statistics.discarded = 11
        #expect(Mirror(reflecting: statistics).children.count == MetricNames.sockets.count)
        var auth = AuthStatistics()
        auth.accepted = 1
        auth.refused = 2
        auth.temporaryFailures = 3
        auth.failed = 4
        auth.timedOut = 5
        auth.overloaded = 6
        auth.lateAnswers = 7
        auth.unanswerable = 8
        auth.unreadableCertificates = 9
        auth.malformed = 10
        #expect(Mirror(reflecting: auth).children.count == MetricNames.auth.count)
        let recorder = MetricsRecorder(factory: backend, dimensions: [("service", "test")])
        let totals = SocketLedger.Totals(statistics: statistics, openSockets: 11, connections: 12)
        recorder.record([.init(kind: "PUSH", label: nil): totals], auth)
        let names = [
            "messages_sent", "messages_received", "subscriber_queues_full", "messages_malformed",
            "subscriptions_ignored",
            "requests_abandoned", "waits", "waits_cancelled", "reconnects", "handshake_failures",
            "messages_discarded",
        ]
        for (index, name) in names.enumerated() {
            #expect(total("zmq_\(name)_total", ("type", "push"), ("label", "")) == Int64(index + 1), "\(name)")
        }
        #expect(level("zmq_open_sockets", ("type", "push"), ("label", "")) == 11)
        #expect(level("zmq_connections", ("type", "push"), ("label", "")) == 12)
        let outcomes = ["accepted", "refused", "temporary_failure", "failed", "timed_out", "overloaded"]
        for (index, outcome) in outcomes.enumerated() {
            #expect(total("zmq_auth_decisions_total", ("outcome", outcome)) == Int64(index + 1))
        }
        for (index, name) in ["late_answers", "unanswerable", "unreadable_certificates", "malformed_requests"]
            .enumerated()
        {
            #expect(total("zmq_auth_\(name)_total") == Int64(index + 7))
        }
        // Prometheus wants the same dimensions wherever a metric has the same name.
        recorder.record([.init(kind: "PULL", label: "named"): totals], auth)
        for (name, all) in Dictionary(grouping: backend.counters, by: \.label) {
            #expect(Set(all.map { $0.dimensions.map(\.0) }).count == 1, "\(name)")
        }
        let allowed = #/[a-z_]+/#
        #expect(backend.counters.allSatisfy { $0.label.wholeMatch(of: allowed) != nil })
    }

    @Test func numbersNeverGoBack() {
        let number: @Sendable (UInt64) -> UInt64 = { $0 }
        let counters = CounterSet<UInt64>([(Counter(label: "n", factory: backend), number)])
        // An older reading comes later; messages are put back and taken again.
        for number in [5, 3, 5, 6, 2, 9] as [UInt64] { counters.record(number) }
        #expect(backend.counterTotal(label: "n") == 9)
        #expect(backend.counters(label: "n")[0].values == [5, 1, 3])
    }

    @Test func connectionsOfMonitoredSocketsAreALevel() async throws {
        let pull = try PullSocket(context: context)
        try pull.startMonitoring()
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let push = try PushSocket(context: context)
        try await push.connect(endpoint, timeout: SocketTest.patience)
        try await pull.connected(atLeast: 1, timeout: SocketTest.patience)
        metrics.record()
        #expect(level("zmq_connections", ("type", "pull"), ("label", "")) == 1)
        #expect(level("zmq_connections", ("type", "push"), ("label", "")) == 1)
        push.close()
        try await eventually { try pull.connections.isEmpty }
        metrics.record()
        #expect(level("zmq_connections", ("type", "pull"), ("label", "")) == 0)
        pull.close()
        metrics.record()
        #expect(level("zmq_connections", ("type", "push"), ("label", "")) == 0)
    }

    @Test func decisionsAboutClientsAreRecorded() async throws {
        let keys = try Keys()
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .allow([keys.client.publicKey])), in: context)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        let bad = try Secured.push(keys.client(keys.stranger), to: endpoint, in: context)
        try await eventually { pull.authStatistics.refused == 1 }
        metrics.record()
        #expect(total("zmq_auth_decisions_total", ("outcome", "accepted")) == 1)
        #expect(total("zmq_auth_decisions_total", ("outcome", "refused")) == 1)
        bad.close()
    }

    /// Several threads record while sockets come and go: the sum is what was sent.
    @Test func sumsAreRightWhoeverRecordsWhenever() async throws {
        let isDone = Flag()
        let rounds = 150
        let metrics = metrics
        let threads = (0..<2).map { _ in
            Task { try await onThread { while !isDone.isRaised { metrics.record() } } }
        }
        for _ in 0..<rounds { try await work(messages: 3) }
        isDone.raise()
        for thread in threads { try await thread.value }
        // The last sockets may be on their way from one count to the other.
        try await eventually {
            metrics.record()
            return total("zmq_messages_sent_total", ("type", "push"), ("label", "")) == Int64(3 * rounds)
                && total("zmq_messages_received_total", ("type", "pull"), ("label", "")) == Int64(3 * rounds)
        }
    }

    @Test func runningRecordsAtIntervalsAndAtTheEnd() async throws {
        let task = Task { await metrics.run(every: .milliseconds(1)) }
        let push = try PushSocket(context: context)
        let pull = try PullSocket(context: context)
        try push.connect(try pull.bind(.inproc("run")))
        try await push.send("x")
        try await eventually { total("zmq_messages_sent_total", ("type", "push"), ("label", "")) == 1 }
        task.cancel()
        await task.value
        let meter = try backend.expectMeter(
            "zmq_open_sockets",
            [("type", "push"), ("label", ""), ("service", "test")]
        )
        let before = meter.values.count
        let rare = Task { await metrics.run(every: .seconds(3600)) }
        // It has recorded once, and waits.
        try await eventually { meter.values.count > before }
        try await push.send("x")
        rare.cancel()
        try await within(SocketTest.patience) { await rare.value }
        #expect(total("zmq_messages_sent_total", ("type", "push"), ("label", "")) == 2)
    }

    @Test func theContextIsNotKept() async throws {
        weak var core: ContextCore?
        let recorder: SocketMetrics
        do {
            let other = try Context()
            core = other.core
            recorder = SocketMetrics(of: other, factory: backend)
        }
        try await eventually { core == nil }
        recorder.record()
    }
}
#endif
