// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

// What libzmq lets one change while a socket is in use. Everything else is chosen when the socket is made.

extension Socket {
    /// Changes how long unsent messages are kept for delivery after the socket is closed; nil for ever. See
    /// ``TransportOptions/linger``, which also says where it does not apply. libzmq: `ZMQ_LINGER`.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a time that is negative or too long, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setLinger(_ time: Duration?) throws(ZMQError) {
        try engine.change("setLinger") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_LINGER, "linger", time: time)
            // All that it could leave unsent are subscriptions.
            if engine.kind.type == ZMQ_SUB { try writer.set(ZMQ_LINGER, "linger", to: 0 as Int32) }
        }
    }
}

extension SendingSocket {
    /// Changes how many messages wait for each peer until the socket's rule for a full queue applies; 0 for no limit.
    /// libzmq: `ZMQ_SNDHWM`.
    ///
    /// Connections that exist are concerned, too; a queue that is full now, once its reader has read. Messages that
    /// already wait are kept. Over `inproc`, the queue's mark becomes this one and the receiver's first together.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a negative number, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setSendHighWaterMark(_ count: Int) throws(ZMQError) { try engine.setSendHighWaterMark(count) }
}

extension ReceivingSocket {
    /// Changes how many messages from each peer wait to be received; 0 for no limit. libzmq: `ZMQ_RCVHWM`.
    ///
    /// Connections that exist are concerned, too; a queue that is full now, once its reader has read. Messages that
    /// already wait are kept. Over `inproc`, the queue's mark becomes this one and the receiver's first together.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a negative number, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setReceiveHighWaterMark(_ count: Int) throws(ZMQError) { try engine.setReceiveHighWaterMark(count) }
}

extension RoutedSocket {
    /// Changes how many messages wait for each peer until the socket's rule for a full queue applies; 0 for no limit.
    /// libzmq: `ZMQ_SNDHWM`.
    ///
    /// Connections that exist are concerned, too; a queue that is full now, once its reader has read. Messages that
    /// already wait are kept. Over `inproc`, the queue's mark becomes this one and the receiver's first together.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a negative number, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setSendHighWaterMark(_ count: Int) throws(ZMQError) { try engine.setSendHighWaterMark(count) }

    /// Changes how many messages from each peer wait to be received; 0 for no limit. libzmq: `ZMQ_RCVHWM`.
    ///
    /// Connections that exist are concerned, too; a queue that is full now, once its reader has read. Messages that
    /// already wait are kept. Over `inproc`, the queue's mark becomes this one and the receiver's first together.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a negative number, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setReceiveHighWaterMark(_ count: Int) throws(ZMQError) { try engine.setReceiveHighWaterMark(count) }
}

extension ReplySocket {
    /// Changes how many messages wait for each peer until the socket's rule for a full queue applies; 0 for no limit.
    /// libzmq: `ZMQ_SNDHWM`.
    ///
    /// Connections that exist are concerned, too; a queue that is full now, once its reader has read. Messages that
    /// already wait are kept. Over `inproc`, the queue's mark becomes this one and the receiver's first together.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a negative number, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setSendHighWaterMark(_ count: Int) throws(ZMQError) { try engine.setSendHighWaterMark(count) }

    /// Changes how many messages from each peer wait to be received; 0 for no limit. libzmq: `ZMQ_RCVHWM`.
    ///
    /// Connections that exist are concerned, too; a queue that is full now, once its reader has read. Messages that
    /// already wait are kept. Over `inproc`, the queue's mark becomes this one and the receiver's first together.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a negative number, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setReceiveHighWaterMark(_ count: Int) throws(ZMQError) { try engine.setReceiveHighWaterMark(count) }
}

extension SocketEngine {
    func setSendHighWaterMark(_ count: Int) throws(ZMQError) {
        guard kind.type != ZMQ_XSUB else {
            throw error(.notSupported, "setSendHighWaterMark", "libzmq loses subscriptions beyond a mark")
        }
        try change("setSendHighWaterMark") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: count)
        }
    }

    func setReceiveHighWaterMark(_ count: Int) throws(ZMQError) {
        try change("setReceiveHighWaterMark") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: count)
        }
    }
}
