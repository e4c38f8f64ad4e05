// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// What the engine needs to know about a pattern.
struct SocketKind: Sendable {
    /// How a sender that got EAGAIN learns that it may try again.
    enum SendReadiness: Sendable {
        /// `ZMQ_EVENTS` says so.
        case events
        /// `ZMQ_EVENTS` reports "writable" as long as *any* peer is (ROUTER) or always (XPUB), so a sender that waits
        /// for one full peer would spin: it tries again after the socket has seen a command.
        case activity
    }

    /// What happens to a message when a peer's queue is full.
    enum Overflow: Sendable {
        /// The sender waits.
        case wait
        /// The peers that are full miss it, which is counted (XPUB only).
        case drop
    }

    static let usualPrefetch = 32

    let name: String
    let type: Int32
    var readiness = SendReadiness.events
    var overflow = Overflow.wait
    /// How many messages one receive may take from libzmq ahead of the callers that will want them.
    var prefetch = usualPrefetch
    /// Raw TCP: no frames.
    var isStream: Bool { type == ZMQ_STREAM }
    /// Without a subscription nothing is ever received (SUB).
    var needsSubscription = false
    /// Only the end of a connection tells a reply that comes too late from the next one (REQ without correlation).
    var reconnectsToForget = false
    /// Messages that arrive are the library's own (the subscriptions that a publisher is told of).
    var isObserved = false
    /// The library's own socket, which does not count among the user's.
    var isInternal = false
}
