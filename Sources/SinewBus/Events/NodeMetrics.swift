// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if Metrics
public import CoreMetrics
import SinewCore
import ZeroMQ

/// Hands a node's numbers to swift-metrics. Needs the package trait `Metrics`.
///
/// ```swift
/// let metrics = NodeMetrics(of: node, dimensions: [("service", "billing")])
/// group.addTask { await metrics.run(every: .seconds(10)) }
/// ```
///
/// The node counts for itself all the time; only ``record()`` reads its numbers. No counter ever goes back. The table
/// of all metrics is in Documentation/observability.md. Make one for each node and backend: two would count everything
/// twice. It does not keep the node running.
public final class NodeMetrics: Sendable {
    private let core: NodeCore
    private let counters: CounterSet<NodeStatistics>
    private let subscriptions: Meter
    private let linkedPeers: Meter

    /// Records nothing yet.
    ///
    /// - Parameters:
    ///   - node: Whose numbers they are.
    ///   - dimensions: Names and values that all metrics get besides `node`, which is the node's name.
    ///   - factory: The backend. Default: the one that the program chose with `MetricsSystem.bootstrap`.
    public init(
        of node: Node,
        dimensions: [(String, String)] = [],
        factory: any MetricsFactory = MetricsSystem.factory
    ) {
        core = node.core
        let all = [("node", node.core.name)] + dimensions
        counters = CounterSet(
            Self.numbers.map { name, number in
                (CoreMetrics.Counter(label: name, dimensions: all, factory: factory), number)
            }
        )
        subscriptions = Meter(label: "bus_subscriptions", dimensions: all, factory: factory)
        linkedPeers = Meter(label: "bus_linked_peers", dimensions: all, factory: factory)
    }

    /// Records what has changed since the last time. Any thread may call it, at any time.
    public func record() {
        let statistics = NodeStatistics(core)
        counters.record(statistics)
        subscriptions.set(statistics.subscriptions)
        linkedPeers.set(statistics.linkedPeers)
    }

    /// Records at intervals until the task is cancelled, and then once more.
    ///
    /// - Parameter interval: How long to wait in between, 1 ms or more. Default 10 s.
    public func run(every interval: Duration = .seconds(10)) async {
        repeat {
            record()
            try? await Task.sleep(for: max(interval, .milliseconds(1)).countable)
        } while !Task.isCancelled
        record()
    }

    /// What they are called, as Prometheus wants it.
    static let numbers: [(name: String, number: CounterSet<NodeStatistics>.Number)] = [
        ("bus_messages_published_total", { $0.published }),
        ("bus_records_received_total", { $0.received }),
        ("bus_messages_delivered_total", { $0.delivered }),
        ("bus_frames_sent_total", { $0.framesSent }),
        ("bus_frames_received_total", { $0.framesReceived }),
        ("bus_messages_dropped_total", { $0.dropped }),
        ("bus_messages_dropped_by_subscriptions_total", { $0.droppedBySubscriptions }),
        ("bus_messages_missed_total", { $0.missed }),
        ("bus_messages_unwanted_total", { $0.unwanted }),
        ("bus_messages_foreign_total", { $0.foreign }),
        ("bus_messages_reserved_total", { $0.reserved }),
        ("bus_undecodable_total", { $0.undecodable }),
        ("bus_records_unknown_total", { $0.unknownRecords }),
        ("bus_replies_late_total", { $0.lateReplies }),
        ("bus_replies_unsent_total", { $0.unanswered }),
        ("bus_control_frames_unsent_total", { $0.controlUnsent }),
        ("bus_interests_refused_total", { $0.refusedInterests }),
        ("bus_links_failed_total", { $0.linksFailed }),
    ]
}
#endif
