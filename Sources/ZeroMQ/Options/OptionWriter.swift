// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Sets libzmq's options on a socket that nobody else has seen yet, with units converted and ranges checked.
@safe
struct OptionWriter {
    let socket: UnsafeMutableRawPointer
    let kind: SocketKind

    init(_ socket: UnsafeMutableRawPointer, kind: SocketKind) {
        unsafe self.socket = socket
        self.kind = kind
    }

    func set(_ option: Int32, _ name: StaticString, to value: Int32) throws(ZMQError) {
        var value = value
        try check(unsafe zmq_setsockopt(socket, option, &value, MemoryLayout<Int32>.size), name)
    }

    /// Sets a limit that must not be negative; nil is libzmq's -1.
    func set(_ option: Int32, _ name: StaticString, limit: Int?) throws(ZMQError) {
        if let limit, limit < 0 { throw outOfRange(name, "\(limit)", "0 or more, or nil for no limit") }
        var value = Int64(limit ?? -1)
        try check(unsafe zmq_setsockopt(socket, option, &value, MemoryLayout<Int64>.size), name)
    }

    func set(_ option: Int32, _ name: StaticString, to value: Bool) throws(ZMQError) {
        try set(option, name, to: value ? 1 : 0 as Int32)
    }

    func set(_ option: Int32, _ name: StaticString, to bytes: [UInt8]) throws(ZMQError) {
        // libzmq takes such a name, and may then give the same one to another peer.
        guard option != ZMQ_ROUTING_ID || (1...255).contains(bytes.count) && bytes[0] != 0 else {
            throw outOfRange(name, "\(RoutingID(bytes))", "1 to 255 bytes that do not begin with zero")
        }
        try check(unsafe zmq_setsockopt(socket, option, bytes, bytes.count), name)
    }

    /// Sets a number that must not be negative and must fit libzmq's `int`.
    func set(_ option: Int32, _ name: StaticString, count: Int) throws(ZMQError) {
        guard let value = Int32(exactly: count), value >= 0 else {
            throw outOfRange(name, "\(count)", "0 to \(Int32.max)")
        }
        try set(option, name, to: value)
    }

    /// Sets a number that must be 1 or more.
    func set(_ option: Int32, _ name: StaticString, atLeastOne count: Int) throws(ZMQError) {
        guard count >= 1 else { throw outOfRange(name, "\(count)", "1 to \(Int32.max)") }
        try set(option, name, count: count)
    }

    /// Sets a time in seconds, rounded up, of at least one.
    func set(_ option: Int32, _ name: StaticString, seconds time: Duration) throws(ZMQError) {
        guard time > .zero, time <= .longest else { throw outOfRange(name, "\(time)", "1 s or more") }
        try set(option, name, count: Int((time.millisecondsRoundedUp + 999) / 1000))
    }

    /// Sets a time in milliseconds, rounded up; nil is libzmq's -1.
    func set(_ option: Int32, _ name: StaticString, time: Duration?) throws(ZMQError) {
        guard let time else { return try set(option, name, to: -1 as Int32) }
        guard time >= .zero, time <= .longest, let value = Int32(exactly: time.millisecondsRoundedUp) else {
            throw outOfRange(name, "\(time)", "0 to \(Int32.max) ms")
        }
        try set(option, name, to: value)
    }

    private func outOfRange(_ name: StaticString, _ value: String, _ range: String) -> ZMQError {
        ZMQError(.invalidArgument, operation: "\(kind.name) socket option \(name) = \(value)", advice: "use \(range)")
    }

    private func check(_ result: Int32, _ name: StaticString) throws(ZMQError) {
        guard result != 0 else { return }
        let error = ZMQError.from(zmq_errno(), "\(kind.name) socket option \(name)")
        guard error.code == .invalidArgument else { throw error }
        throw ZMQError(
            .invalidArgument,
            operation: error.operation,
            advice: "use a value of the range that the option's documentation names",
            errno: error.errno
        )
    }
}

extension Duration {
    /// Longer than anybody waits, and short enough to be added to an instant and to be counted in milliseconds: larger
    /// ones trap there.
    static let longest = Duration.seconds(1 << 32)

    /// The time as far as clocks can count with it: not negative, and not longer than anybody waits.
    var countable: Duration { min(max(self, .zero), .longest) }

    /// The time in whole milliseconds, so that a wait never ends early.
    var millisecondsRoundedUp: Int64 {
        let (seconds, attoseconds) = Swift.min(Swift.max(self, .zero - .longest), .longest).components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}

extension TransportOptions {
    func apply(to writer: OptionWriter) throws(ZMQError) {
        try writer.set(ZMQ_LINGER, "linger", time: linger)
        try writer.set(ZMQ_RECONNECT_IVL, "reconnectInterval", time: reconnectInterval)
        try writer.set(ZMQ_RECONNECT_IVL_MAX, "maximumReconnectInterval", time: maximumReconnectInterval)
        try writer.set(ZMQ_CONNECT_TIMEOUT, "connectTimeout", time: connectTimeout)
        try writer.set(ZMQ_HANDSHAKE_IVL, "handshakeTimeout", time: handshakeTimeout)
        try writer.set(ZMQ_HEARTBEAT_IVL, "heartbeatInterval", time: heartbeatInterval)
        try writer.set(ZMQ_HEARTBEAT_TIMEOUT, "heartbeatTimeout", time: heartbeatTimeout)
        try writer.set(ZMQ_HEARTBEAT_TTL, "heartbeatTimeToLive", time: heartbeatTimeToLive)
        try writer.set(ZMQ_MAXMSGSIZE, "maximumMessageBytes", limit: maximumMessageBytes)
        try writer.set(ZMQ_IMMEDIATE, "immediate", to: immediate)
        try writer.set(ZMQ_IPV6, "ipv6", to: ipv6)
        try writer.set(ZMQ_BACKLOG, "backlog", count: backlog)
        if let tcpKeepAlive {
            try writer.set(ZMQ_TCP_KEEPALIVE, "tcpKeepAlive", to: true)
            try writer.set(ZMQ_TCP_KEEPALIVE_IDLE, "tcpKeepAlive.idle", seconds: tcpKeepAlive.idle)
            try writer.set(ZMQ_TCP_KEEPALIVE_INTVL, "tcpKeepAlive.interval", seconds: tcpKeepAlive.interval)
            try writer.set(ZMQ_TCP_KEEPALIVE_CNT, "tcpKeepAlive.count", atLeastOne: tcpKeepAlive.count)
        }
        if let bytes = kernelSendBufferBytes { try writer.set(ZMQ_SNDBUF, "kernelSendBufferBytes", count: bytes) }
        if let bytes = kernelReceiveBufferBytes {
            try writer.set(ZMQ_RCVBUF, "kernelReceiveBufferBytes", count: bytes)
        }
    }
}
