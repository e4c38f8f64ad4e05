// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Something that happened to a socket's connections, as libzmq's monitor reports it.
///
/// Switch over ``kind``, which is a struct so that later versions can add kinds. The other properties say more where a
/// kind has more to say.
public struct SocketEvent: Sendable, Hashable {
    /// What happened.
    public let kind: Kind
    /// Where: of a connection that was accepted, the endpoint the socket is bound to, not the peer's address. libzmq
    /// names a host as it was given at the first attempt, and by its number later. Nil for ``Kind/lagged``.
    public let endpoint: Endpoint?
    /// Why it failed, with libzmq's error number: of ``Kind/bindFailed``, ``Kind/acceptFailed`` and
    /// ``Kind/closeFailed``, and of handshakes that the system's error ended.
    public let error: ZMQError?
    /// How a handshake failed (``Kind/handshakeFailed``).
    public let handshakeFailure: HandshakeFailure?
    /// How long libzmq waits before it tries again (``Kind/connectRetried``).
    public let retryDelay: Duration?
    /// How many events this reader missed because it was too slow (``Kind/lagged``); otherwise 0.
    public let missed: Int
    /// libzmq's number of the event, for a ``Kind/unknown`` one.
    public let number: UInt16?

    init(
        _ kind: Kind,
        _ endpoint: Endpoint?,
        error: ZMQError? = nil,
        handshakeFailure: HandshakeFailure? = nil,
        retryDelay: Duration? = nil,
        missed: Int = 0,
        number: UInt16? = nil
    ) {
        self.kind = kind
        self.endpoint = endpoint
        self.error = error
        self.handshakeFailure = handshakeFailure
        self.retryDelay = retryDelay
        self.missed = missed
        self.number = number
    }

    /// The element that tells a reader how many events it missed.
    static func lagged(_ missed: Int) -> SocketEvent { SocketEvent(.lagged, nil, missed: missed) }
}

extension SocketEvent: CustomStringConvertible {
    /// One line: what, where, and why.
    public var description: String {
        var text = kind.name
        if let endpoint { text += " \(endpoint)" }
        if let handshakeFailure { text += ": \(handshakeFailure)" } else if let error { text += ": \(error.cause)" }
        if let retryDelay { text += ": tries again after \(retryDelay)" }
        if kind == .lagged { text += ": \(missed) events were missed" }
        if let number { text += " (event \(number))" }
        return text
    }
}
