// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Something libzmq can be built with or without. Source: `zmq_has(3)`.
public struct Capability: Sendable, Hashable, CustomStringConvertible {
    /// libzmq's name for it.
    public let name: String

    /// Names a capability that has no constant here.
    public init(_ name: String) { self.name = name }

    /// UNIX-domain sockets.
    public static let ipc = Capability("ipc")
    /// CURVE encryption and authentication.
    public static let curve = Capability("curve")
    /// Pragmatic general multicast.
    public static let pgm = Capability("pgm")
    /// NACK-oriented reliable multicast.
    public static let norm = Capability("norm")
    /// TIPC transport.
    public static let tipc = Capability("tipc")
    /// VMCI transport.
    public static let vmci = Capability("vmci")
    /// GSSAPI security.
    public static let gssapi = Capability("gssapi")
    /// WebSocket transport (draft; libzmq spells it in capitals).
    public static let webSocket = Capability("WS")

    /// Whether the libzmq in use has it.
    public var isAvailable: Bool { unsafe zmq_has(name) == 1 }

    /// What the libzmq in use has of the capabilities named here.
    public static var available: Set<Capability> {
        Set([ipc, curve, pgm, norm, tipc, vmci, gssapi, webSocket].filter(\.isAvailable))
    }

    /// libzmq's name.
    public var description: String { name }
}
