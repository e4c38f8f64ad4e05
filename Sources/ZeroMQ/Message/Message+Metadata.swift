// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

extension Message {
    /// Who sent it, as the server's policy or the mechanism says; nil when the sender was not asked (a socket without
    /// ``TransportOptions/security``, a client's socket, `inproc`) and for messages made here.
    ///
    /// See ``AuthDecision/accept(userID:)``. Authenticated, unlike what the message itself says.
    public var userID: String? { metadata("User-Id") }

    /// A property that libzmq attached to the message when it received it over `tcp` or `ipc`: `Peer-Address`,
    /// `Socket-Type`, `User-Id`, or one that the peer sent in its handshake; nil when there is none. Source:
    /// `zmq_msg_gets(3)`.
    public func metadata(_ name: String) -> String? {
        guard !name.utf8.contains(0), let value = unsafe zmq_msg_gets(slab.message(at: index), name) else { return nil }
        return unsafe String(cString: value)
    }
}
