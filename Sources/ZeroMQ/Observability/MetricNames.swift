// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if Metrics
/// What metrics are called, as Prometheus wants it: with the unit, and `_total` for what only grows.
enum MetricNames {
    static let openSockets = "zmq_open_sockets"
    static let connections = "zmq_connections"

    static let sockets: [(name: String, number: @Sendable (SocketStatistics) -> UInt64)] = [
        ("zmq_messages_sent_total", { $0.sent }),
        ("zmq_messages_received_total", { $0.received }),
        ("zmq_subscriber_queues_full_total", { $0.dropped }),
        ("zmq_messages_discarded_total", { $0.discarded }),
        ("zmq_messages_malformed_total", { $0.malformed }),
        ("zmq_subscriptions_ignored_total", { $0.subscriptionsIgnored }),
        ("zmq_requests_abandoned_total", { $0.abandoned }),
        ("zmq_waits_total", { $0.parks }),
        ("zmq_waits_cancelled_total", { $0.cancellations }),
        ("zmq_reconnects_total", { $0.reconnects }),
        ("zmq_handshake_failures_total", { $0.handshakeFailures }),
    ]

    static let auth: [(name: String, outcome: String?, number: @Sendable (AuthStatistics) -> UInt64)] = [
        ("zmq_auth_decisions_total", "accepted", { $0.accepted }),
        ("zmq_auth_decisions_total", "refused", { $0.refused }),
        ("zmq_auth_decisions_total", "temporary_failure", { $0.temporaryFailures }),
        ("zmq_auth_decisions_total", "failed", { $0.failed }),
        ("zmq_auth_decisions_total", "timed_out", { $0.timedOut }),
        ("zmq_auth_decisions_total", "overloaded", { $0.overloaded }),
        ("zmq_auth_late_answers_total", nil, { $0.lateAnswers }),
        ("zmq_auth_unanswerable_total", nil, { $0.unanswerable }),
        ("zmq_auth_unreadable_certificates_total", nil, { $0.unreadableCertificates }),
        ("zmq_auth_malformed_requests_total", nil, { $0.malformed }),
    ]
}
#endif
