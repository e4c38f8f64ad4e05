// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import ZeroMQ

/// What a ``SubjectPublisher`` has done since it was made.
public struct SubjectPublisherStatistics: Hashable, Sendable {
    /// Messages that libzmq took, whether or not anybody wanted them.
    public let published: UInt64
    /// How many times a peer's queue was found full and a message went to the others only
    /// (`PublisherOverflow.drop`). A lower bound of what peers missed: libzmq does not say what a full peer
    /// misses until it has read. To lose nothing unseen, choose `PublisherOverflow.wait`.
    public let dropped: UInt64
    /// Subscriptions of peers beyond what is kept count of (100 000 prefixes, 16 MiB). Messages reach them all the
    /// same.
    public let subscriptionsIgnored: UInt64

    init(_ statistics: SocketStatistics) {
        published = statistics.sent
        dropped = statistics.dropped
        subscriptionsIgnored = statistics.subscriptionsIgnored
    }
}
