// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a publisher does with a message when the queue of a subscriber that wants it is full.
public enum PublisherOverflow: Sendable, Hashable {
    /// Subscribers that are full miss it; the others get it. ``SocketStatistics/dropped`` rises when a queue is found
    /// full; how many messages that subscriber then misses until it reads again, libzmq does not say. As a plain PUB
    /// socket does.
    case drop
    /// The sender waits until there is room for all: the slowest subscriber sets the pace, and one that stops reading
    /// stops everybody. libzmq: `ZMQ_XPUB_NODROP`.
    case wait
}
