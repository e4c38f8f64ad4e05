// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A socket that the calling thread has to itself, inside ``ExclusiveSocket/withExclusiveAccess(_:)``.
///
/// It cannot be copied, kept beyond the closure or given to another task. Operations block the thread when they must
/// wait.
public struct ExclusiveAccess<Base: ExclusiveSocket>: ~Copyable {
    var operations: ExclusiveOperations
}

extension ExclusiveAccess where Base: ReceivingSocket {
    /// Receives the next message into `message`, whose memory is used again when nobody else refers to it.
    ///
    /// - Throws: ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/noSubscriptions``,
    ///   ``ZMQError/Code/usedAfterFork``.
    public mutating func receive(into message: inout Message) throws(ZMQError) {
        _ = try operations.receive(into: &message, timeout: nil)
    }

    /// Receives the next message into `message`, as ``receive(into:)`` does, within a time.
    ///
    /// - Returns: False when `timeout` passed first; what `message` then holds is not specified.
    /// - Throws: As ``receive(into:)``.
    public mutating func receive(into message: inout Message, timeout: Duration) throws(ZMQError) -> Bool {
        try operations.receive(into: &message, timeout: timeout)
    }

    /// Receives the next message.
    ///
    /// - Throws: As ``receive(into:)``.
    public mutating func receive() throws(ZMQError) -> Message {
        var message = Message()
        _ = try operations.receive(into: &message, timeout: nil)
        return message
    }

    /// Receives the next message, or nil when `timeout` passed first.
    ///
    /// - Throws: As ``receive(into:)``.
    public mutating func receive(timeout: Duration) throws(ZMQError) -> Message? {
        var message = Message()
        return try operations.receive(into: &message, timeout: timeout) ? message : nil
    }
}

extension ExclusiveAccess where Base: SendingSocket {
    /// Sends a copy of some bytes as a message of one frame.
    ///
    /// - Throws: ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/messageTooLarge``,
    ///   ``ZMQError/Code/usedAfterFork``.
    public mutating func send(_ bytes: Span<UInt8>) throws(ZMQError) {
        _ = try operations.send(bytes, timeout: nil)
    }

    /// Sends a copy of some bytes as a message of one frame, within a time.
    ///
    /// - Returns: False when `timeout` passed first; nothing was sent.
    /// - Throws: As ``send(_:)-(Span<UInt8>)``.
    public mutating func send(_ bytes: Span<UInt8>, timeout: Duration) throws(ZMQError) -> Bool {
        try operations.send(bytes, timeout: timeout)
    }

    /// Sends a message.
    ///
    /// - Throws: As ``send(_:)-(Span<UInt8>)``.
    public mutating func send(_ message: consuming Message) throws(ZMQError) {
        _ = try operations.send(message, to: nil, timeout: nil)
    }

    /// Sends a message within a time.
    ///
    /// - Returns: False when `timeout` passed first; nothing was sent.
    /// - Throws: As ``send(_:)-(Span<UInt8>)``.
    public mutating func send(_ message: consuming Message, timeout: Duration) throws(ZMQError) -> Bool {
        try operations.send(message, to: nil, timeout: timeout)
    }
}

extension ExclusiveAccess where Base: RoutedSocket {
    /// Receives the next message and who sent it, or nil when `timeout` passed first.
    ///
    /// - Throws: ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/usedAfterFork``.
    public mutating func receive(timeout: Duration? = nil) throws(ZMQError) -> RoutedMessage? {
        var message = Message()
        guard try operations.receive(into: &message, timeout: timeout) else { return nil }
        return RoutedMessage(raw: message)
    }

    /// Sends a message to a peer.
    ///
    /// - Throws: ``ZMQError/Code/unreachable`` when there is no such peer, ``ZMQError/Code/closed``,
    ///   ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/messageTooLarge``, ``ZMQError/Code/usedAfterFork``.
    public mutating func send(_ message: consuming Message, to peer: RoutingID) throws(ZMQError) {
        try operations.engine.checkShape(of: message)
        _ = try operations.send(message, to: peer, timeout: nil)
    }

    /// Sends a message to a peer within a time.
    ///
    /// - Returns: False when `timeout` passed first; nothing was sent.
    /// - Throws: As ``send(_:to:)``.
    public mutating func send(
        _ message: consuming Message,
        to peer: RoutingID,
        timeout: Duration
    ) throws(ZMQError) -> Bool {
        try operations.engine.checkShape(of: message)
        return try operations.send(message, to: peer, timeout: timeout)
    }
}
