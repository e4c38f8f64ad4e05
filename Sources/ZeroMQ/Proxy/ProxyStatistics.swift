// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// What a ``Proxy`` has done since it was made.
public struct ProxyStatistics: Sendable, Hashable {
    /// What happened to messages on their way from one of the sockets to the other. Every message that was taken is in
    /// one of these numbers, but for those that the proxy holds at the moment.
    public struct Direction: Sendable, Hashable {
        /// Messages handed over.
        public internal(set) var messages: UInt64 = 0
        /// Bytes in their frames, routing ids included.
        public internal(set) var bytes: UInt64 = 0
        /// Messages for a client that has gone (ROUTER).
        public internal(set) var unreachable: UInt64 = 0
        /// Messages for a client whose queue stayed full (ROUTER); see ``Proxy/Options/fullPeerTimeout``.
        public internal(set) var overflowed: UInt64 = 0
        /// Messages that the other socket can never send: larger than its
        /// ``TransportOptions/maximumMessageBytes``, or without a routing id or anything behind it (ROUTER).
        public internal(set) var refused: UInt64 = 0
        /// Messages that could not be handed over when the proxy ended, and that were put back into the socket they
        /// came from. (They are taken and counted again by whoever comes next.)
        public internal(set) var returned: UInt64 = 0
        /// Messages that could neither be handed over nor put back when the proxy ended, because the socket they came
        /// from had been closed or its context shut down.
        public internal(set) var lost: UInt64 = 0
        /// Messages sent to the capture socket.
        public internal(set) var captured: UInt64 = 0
        /// Messages that the capture socket did not take at once, or not at all.
        public internal(set) var captureDropped: UInt64 = 0

        mutating func add(_ other: Direction) {
            messages += other.messages
            bytes += other.bytes
            unreachable += other.unreachable
            overflowed += other.overflowed
            refused += other.refused
            returned += other.returned
            lost += other.lost
            captured += other.captured
            captureDropped += other.captureDropped
        }
    }

    /// From the frontend to the backend.
    public internal(set) var forward = Direction()
    /// From the backend to the frontend.
    public internal(set) var backward = Direction()
}

/// The numbers of one direction, which its pump adds to.
final class ProxyTally: Sendable {
    private let value = Locked(ProxyStatistics.Direction())

    var current: ProxyStatistics.Direction { value.withLock { $0 } }

    func add(_ more: ProxyStatistics.Direction) { value.withLock { $0.add(more) } }
}
