// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A connection that stood at the moment it was asked for.
public struct SocketConnection: Sendable, Hashable, Identifiable {
    /// Tells the connections of one socket apart; never used again.
    public let id: UInt64
    /// Where: the endpoint this socket connected to, or the one it is bound to and the peer connected to.
    public let endpoint: Endpoint
    /// Whether the peer connected to this socket; false when this socket connected to the peer.
    public let isAccepted: Bool
    /// When the library heard of the connection.
    public let since: ContinuousClock.Instant
    /// Whether the handshake is done, so that messages can pass.
    ///
    /// libzmq does not say which of several connections accepted at one endpoint has finished its handshake, only that
    /// one has: with several under way at once, *how many* are established is right, and which of them is a guess.
    public internal(set) var isEstablished: Bool
}
