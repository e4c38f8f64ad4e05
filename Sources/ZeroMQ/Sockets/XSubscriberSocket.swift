// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// A subscriber that subscribes by sending messages, for forwarders: one byte, 1 to subscribe or 0 to unsubscribe, and
/// the prefix. Other messages go to the publishers as they are.
///
/// Send messages of one frame: of one with several, libzmq may deliver the end as a message of its own when a publisher
/// comes back at that moment. The send high-water mark has no limit, because libzmq loses subscriptions beyond it.
public final class XSubscriberSocket: SendingSocket, ReceivingSocket {
    /// The socket's machinery; opaque.
    @_documentation(visibility: internal)
    public let engine: SocketEngine

    /// Makes a socket.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for an option outside its range,
    ///   ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/tooManySockets``,
    ///   ``ZMQError/Code/fileDescriptorBudget``.
    public init(
        context: Context = .shared,
        options: Options = Options(),
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(ZMQError) {
        let kind = SocketKind(name: "XSUB", type: ZMQ_XSUB)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", to: 0 as Int32)
            try options.multicast.apply(to: writer)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages from each peer wait to be received until that peer must wait (or drop); 0 for no limit.
        /// Default 1000. libzmq: `ZMQ_RCVHWM`, 1000.
        public var receiveHighWaterMark: Int
        /// Rate, recovery and reach of multicast transports.
        public var multicast: MulticastOptions
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            receiveHighWaterMark: Int = 1000,
            multicast: MulticastOptions = MulticastOptions(),
            transport: TransportOptions = TransportOptions()
        ) {
            self.receiveHighWaterMark = receiveHighWaterMark
            self.multicast = multicast
            self.transport = transport
        }
    }

    /// Not available: libzmq loses subscriptions beyond a mark.
    @available(*, unavailable, message: "libzmq loses subscriptions beyond a send high-water mark")
    public func setSendHighWaterMark(_ count: Int) throws(ZMQError) {
        throw ZMQError(.notSupported, operation: "setSendHighWaterMark")
    }

    /// Asks the publishers for messages whose first frame begins with `topic`.
    ///
    /// - Throws: What every send throws.
    public func subscribe(to topic: Topic, timeout: Duration? = nil) async throws(ZMQError) {
        try await send(Message([1] + topic.bytes), timeout: timeout)
    }

    /// Takes one ``subscribe(to:timeout:)`` back.
    ///
    /// - Throws: What every send throws.
    public func unsubscribe(from topic: Topic, timeout: Duration? = nil) async throws(ZMQError) {
        try await send(Message([0] + topic.bytes), timeout: timeout)
    }
}
