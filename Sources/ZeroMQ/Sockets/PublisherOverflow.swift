// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a publisher does with a message when the queue of a subscriber that wants it is full. A struct, so that later
/// versions can add to it.
public struct PublisherOverflow: Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        case drop
        case wait
    }

    let kind: Kind

    /// Subscribers that are full miss it; the others get it. ``SocketStatistics/dropped`` rises when a queue is found
    /// full; how many messages that subscriber then misses until it reads again, libzmq does not say. As a plain PUB
    /// socket does.
    public static let drop = Self(kind: .drop)
    /// The sender waits until there is room for all: the slowest subscriber sets the pace, and one that stops reading
    /// stops everybody. libzmq: `ZMQ_XPUB_NODROP`.
    public static let wait = Self(kind: .wait)

    /// Its name, as it is spelled in Swift.
    public var description: String { "\(kind)" }
}
