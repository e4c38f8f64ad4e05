// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Which of its subscribers' wishes an ``XPublisherSocket`` receives as messages.
public enum SubscriptionReports: Sendable, Hashable {
    /// The first subscription to a prefix, and the end of the last: what a forwarder needs.
    case changes
    /// Each subscription, and the end of the last: for caches that answer each subscriber. libzmq: `ZMQ_XPUB_VERBOSE`.
    case everySubscription
    /// Each subscription, and each end of one. libzmq: `ZMQ_XPUB_VERBOSER`.
    case everything

    func apply(to writer: OptionWriter) throws(ZMQError) {
        // Each of libzmq's two options also turns the other off.
        switch self {
        case .changes: try writer.set(ZMQ_XPUB_VERBOSER, "reports", to: false)
        case .everySubscription: try writer.set(ZMQ_XPUB_VERBOSE, "reports", to: true)
        case .everything: try writer.set(ZMQ_XPUB_VERBOSER, "reports", to: true)
        }
    }
}
