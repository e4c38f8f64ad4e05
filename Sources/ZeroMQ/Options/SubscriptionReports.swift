// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Which of its subscribers' wishes an ``XPublisherSocket`` receives as messages. A struct, so that later
/// versions can add to it.
public struct SubscriptionReports: Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        case changes
        case everySubscription
        case everything
    }

    let kind: Kind

    /// The first subscription to a prefix, and the end of the last: what a forwarder needs.
    public static let changes = Self(kind: .changes)
    /// Each subscription, and the end of the last: for caches that answer each subscriber. libzmq: `ZMQ_XPUB_VERBOSE`.
    public static let everySubscription = Self(kind: .everySubscription)
    /// Each subscription, and each end of one. libzmq: `ZMQ_XPUB_VERBOSER`.
    public static let everything = Self(kind: .everything)

    /// Its name, as it is spelled in Swift.
    public var description: String { "\(kind)" }

    func apply(to writer: OptionWriter) throws(ZMQError) {
        // Each of libzmq's two options also turns the other off.
        switch kind {
        case .changes: try writer.set(ZMQ_XPUB_VERBOSER, "reports", to: false)
        case .everySubscription: try writer.set(ZMQ_XPUB_VERBOSE, "reports", to: true)
        case .everything: try writer.set(ZMQ_XPUB_VERBOSER, "reports", to: true)
        }
    }
}
