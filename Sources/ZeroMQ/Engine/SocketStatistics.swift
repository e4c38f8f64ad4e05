// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a socket has done since it was made. With exclusive access, messages count when the thread gives the socket
/// back.
public struct SocketStatistics: Sendable, Hashable {
    /// Messages handed to libzmq. (That a peer received them is not known.)
    public internal(set) var sent: UInt64 = 0
    /// Messages taken from the socket by callers.
    public internal(set) var received: UInt64 = 0
    /// How many times a subscriber's queue was found full and a message was sent to the others only (publishers that
    /// drop). A lower bound of the messages missed: libzmq then passes over that subscriber until it has read, and does
    /// not say what it misses meanwhile.
    public internal(set) var dropped: UInt64 = 0
    /// Received messages that nobody got, because ``Messages/newest`` had a newer one or its loop was left.
    public internal(set) var discarded: UInt64 = 0
    /// Messages from peers that did not follow the pattern's envelope and were skipped.
    public internal(set) var malformed: UInt64 = 0
    /// Subscriptions beyond what a publisher keeps count of (100 000 prefixes, 16 MiB); messages reach them all the
    /// same.
    public internal(set) var subscriptionsIgnored: UInt64 = 0
    /// Requests that were received and whose call ended without a reply.
    public internal(set) var abandoned: UInt64 = 0
    /// Calls that had to wait.
    public internal(set) var parks: UInt64 = 0
    /// Calls that waited and were cancelled.
    public internal(set) var cancellations: UInt64 = 0
    /// Connections that were lost and made again by this socket; counted while it is monitored
    /// (``Socket/events(bufferingNewest:)``).
    public internal(set) var reconnects: UInt64 = 0
    /// Handshakes that failed, whoever had connected, also those that libzmq ends without an event; counted while the
    /// socket is monitored.
    public internal(set) var handshakeFailures: UInt64 = 0

    mutating func add(_ other: SocketStatistics) {
        sent += other.sent
        received += other.received
        dropped += other.dropped
        discarded += other.discarded
        malformed += other.malformed
        subscriptionsIgnored += other.subscriptionsIgnored
        abandoned += other.abandoned
        parks += other.parks
        cancellations += other.cancellations
        reconnects += other.reconnects
        handshakeFailures += other.handshakeFailures
    }
}
