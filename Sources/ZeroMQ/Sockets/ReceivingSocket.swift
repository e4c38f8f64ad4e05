// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A socket that receives messages from its peers, each in turn.
public protocol ReceivingSocket: ExclusiveSocket {}

extension ReceivingSocket {
    /// Receives the next message; suspends until there is one.
    ///
    /// A call that is cancelled or times out takes no message with it. Cancellation ends a wait at once; a call that
    /// need not wait may still succeed in a cancelled task, at most a few dozen times in a row.
    ///
    /// - Parameter timeout: How long to wait at most; nil for as long as it takes.
    /// - Throws: ``ZMQError/Code/timedOut``, ``ZMQError/Code/cancelled``, ``ZMQError/Code/closed``,
    ///   ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/busy``, ``ZMQError/Code/noSubscriptions``.
    @inlinable
    public func receive(timeout: Duration? = nil) async throws(ZMQError) -> Message {
        var miss = Moment.start
        if let message = try engine.receiveAtOnce(&miss) { return message }
        return try await engine.receiveEventually(after: miss, timeout: timeout)
    }

    /// Receives what is there, at most `limit` messages; suspends until there is at least one.
    ///
    /// Much cheaper per message than receiving one by one. One call takes no more than 1024 messages, and stops after
    /// 1 MiB.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a limit below 1, and what ``receive(timeout:)`` throws.
    public func receive(upTo limit: Int, timeout: Duration? = nil) async throws(ZMQError) -> [Message] {
        try await engine.receive(upTo: limit, timeout: timeout)
    }

    /// Receives a message if there is one now; nil when there is none.
    public func tryReceive() throws(ZMQError) -> Message? { try engine.tryReceive() }

    /// The messages as they come, until the socket is closed or its context shut down.
    ///
    /// Several loops may run at once; each message goes to one of them. Leaving a loop loses nothing.
    public var messages: Messages<Message> { Messages(engine: engine) { $0 } }
}
