// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How a peer proves who it is.
public struct AuthMechanism: Sendable, Hashable, CustomStringConvertible {
    /// ZMTP's name for it.
    public let name: String

    /// Public keys and encryption. Source: ZeroMQ RFC 26/CURVEZMQ.
    public static let curve = AuthMechanism(name: "CURVE")
    /// A name and a password in the clear. Source: ZeroMQ RFC 24/ZMTP-PLAIN.
    public static let plain = AuthMechanism(name: "PLAIN")

    /// ZMTP's name for it.
    public var description: String { name }
}
