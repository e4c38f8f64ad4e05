// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A socket that sends messages to whom its pattern chooses.
public protocol SendingSocket: ExclusiveSocket {}

extension SendingSocket {
    /// Sends a message; suspends while there is no peer or the high-water mark is reached (publishers: see
    /// ``PublisherSocket``).
    ///
    /// Returning means that libzmq has the message, not that a peer does. Cancellation ends a wait at once, and then
    /// nothing was sent; a call that need not wait may still succeed in a cancelled task, at most a few dozen times
    /// in a row.
    ///
    /// - Parameters:
    ///   - message: What to send. One frame that nobody else refers to is handed over without a copy.
    ///   - timeout: How long to wait at most; nil for as long as it takes.
    /// - Throws: ``ZMQError/Code/timedOut``, ``ZMQError/Code/cancelled``, ``ZMQError/Code/closed``,
    ///   ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/busy``, ``ZMQError/Code/messageTooLarge``: nothing was
    ///   sent.
    @inlinable
    public func send(_ message: consuming Message, timeout: Duration? = nil) async throws(ZMQError) {
        var miss = Moment.start
        if try engine.sendAtOnce(&message, &miss) { return }
        try await engine.sendEventually(message, after: miss, timeout: timeout)
    }

    /// Sends a copy of some bytes as a message of one frame; see ``send(_:timeout:)-(Message,_)``.
    @inlinable
    public func send(_ bytes: Span<UInt8>, timeout: Duration? = nil) async throws(ZMQError) {
        var miss = Moment.start
        if try engine.sendAtOnce(bytes, &miss) { return }
        try await engine.sendEventually(Message(copying: bytes), after: miss, timeout: timeout)
    }

    /// Sends bytes as a message of one frame; arrays of 2 KiB and more are not copied.
    @inlinable
    public func send(_ bytes: [UInt8], timeout: Duration? = nil) async throws(ZMQError) {
        try await send(Message(bytes), timeout: timeout)
    }

    /// Sends the text's UTF-8 bytes as a message of one frame.
    @inlinable
    public func send(_ text: String, timeout: Duration? = nil) async throws(ZMQError) {
        try await send(Message(text), timeout: timeout)
    }

    /// Sends a message if that is possible now.
    ///
    /// - Returns: False when it would have to wait; the message was not sent.
    public func trySend(_ message: consuming Message) throws(ZMQError) -> Bool { try engine.trySend(message) }

    /// Sends the text's UTF-8 bytes if that is possible now; false when it would have to wait.
    public func trySend(_ text: String) throws(ZMQError) -> Bool { try trySend(Message(text)) }
}
