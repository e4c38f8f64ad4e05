// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The name a ROUTER or STREAM socket knows a peer by: 1 to 255 bytes.
///
/// Names that libzmq made up begin with a zero byte and change with every connection.
public struct RoutingID: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The bytes of the name.
    public let bytes: [UInt8]

    /// Names a peer. Sockets refuse names that are empty, longer than 255 bytes, or (as one's own) begin with zero.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Names a peer by text.
    public init(_ text: String) { self.init(Array(text.utf8)) }

    /// Names a peer by text.
    public init(stringLiteral value: String) { self.init(value) }

    init(_ frame: Frame) { self.init(frame.array) }

    /// The name as text, or in hexadecimal.
    public var description: String { unsafe bytes.withUnsafeBytes { unsafe summary(of: $0) } }
}

/// A message together with the peer it came from, as a ROUTER socket receives it.
public struct RoutedMessage: Sendable, Hashable {
    /// Who sent it; answer with `send(_:to:)`.
    public let peer: RoutingID
    /// What was sent, without the routing id.
    public let message: Message

    /// Makes one, for tests of code that handles them.
    public init(peer: RoutingID, message: Message) {
        self.peer = peer
        self.message = message
    }

    /// Splits what libzmq delivered; nil when the frame with the routing id stands alone, which libzmq never does.
    init?(raw: Message) {
        guard raw.frameCount > 1 else { return nil }
        self.init(peer: RoutingID(raw.first), message: raw.dropping(frames: 1))
    }
}
