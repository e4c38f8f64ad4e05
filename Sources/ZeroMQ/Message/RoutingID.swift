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
