// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Sets libzmq's options on a socket that nobody else has seen yet, with units converted and ranges checked.
@safe
struct OptionWriter {
    let socket: UnsafeMutableRawPointer
    let kind: SocketKind

    /// How many I/O threads the socket's context has.
    let ioThreadCount: Int

    init(_ socket: UnsafeMutableRawPointer, kind: SocketKind, ioThreadCount: Int) {
        unsafe self.socket = socket
        self.kind = kind
        self.ioThreadCount = ioThreadCount
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

    /// Sets a number of a range.
    func set(_ option: Int32, _ name: StaticString, _ value: Int, in range: ClosedRange<Int32>) throws(ZMQError) {
        guard let number = Int32(exactly: value), range.contains(number) else {
            throw outOfRange(name, "\(value)", "\(range.lowerBound) to \(range.upperBound)")
        }
        try set(option, name, to: number)
    }

    /// Sets a time in whole seconds, rounded up, as far as kernels can count.
    func set(_ option: Int32, _ name: StaticString, seconds time: Duration) throws(ZMQError) {
        guard time > .zero, time <= .seconds(32_767) else { throw outOfRange(name, "\(time)", "1 s to 32767 s") }
        try set(option, name, count: Int((time.millisecondsRoundedUp + 999) / 1000))
    }

    /// Sets a time in milliseconds, which libzmq may count in steps; nil is libzmq's 0. Rounded up, so that the least
    /// time does not become that.
    func set(
        _ option: Int32,
        _ name: StaticString,
        period: Duration?,
        step: Int32 = 1,
        atMost limit: Int32 = .max
    ) throws(ZMQError) {
        guard let period else { return try set(option, name, to: 0 as Int32) }
        guard period > .zero, period <= .milliseconds(limit) else {
            throw outOfRange(name, "\(period)", "more than 0 and at most \(limit) ms, or nil for none")
        }
        let steps = (period.millisecondsRoundedUp + Int64(step) - 1) / Int64(step)
        try set(option, name, to: Int32(min(Int64(limit), steps * Int64(step))))
    }

    /// Sets a text of so many bytes, without NUL.
    func set(_ option: Int32, _ name: StaticString, text: String, bytes: ClosedRange<Int>) throws(ZMQError) {
        guard bytes.contains(text.utf8.count), !text.utf8.contains(0) else {
            let range = "\(bytes.lowerBound) to \(bytes.upperBound) bytes without NUL"
            throw outOfRange(name, "\"\(text)\"", range)
        }
        let text = Array(text.utf8)
        try check(unsafe zmq_setsockopt(socket, option, text, text.count), name)
    }

    /// Sets the message that greets subscribers.
    func setWelcome(_ message: [UInt8]?, atMost limit: Int?) throws(ZMQError) {
        guard let message else { return }
        guard !message.isEmpty, message.count <= limit ?? .max else {
            let range = "1 to maximumMessageBytes (\(limit.map { "\($0)" } ?? "no limit")) bytes, or nil for none"
            throw outOfRange("welcomeMessage", "\(message.count) bytes", range)
        }
        try check(unsafe zmq_setsockopt(socket, ZMQ_XPUB_WELCOME_MSG, message, message.count), "welcomeMessage")
    }

    /// Sets one of the members that make up a set in libzmq; throws when this libzmq cannot have the option.
    func add<Member: FixedWidthInteger>(_ option: Int32, _ name: StaticString, _ member: Member) throws(ZMQError) {
        var member = member
        guard unsafe zmq_setsockopt(socket, option, &member, MemoryLayout<Member>.size) != 0 else { return }
        let operation = "\(kind.name) socket option \(name)"
        guard zmq_errno() == EINVAL else { throw ZMQError.from(zmq_errno(), operation) }
        throw ZMQError(.notSupported, operation: operation, advice: "leave it empty on this system", errno: EINVAL)
    }

    /// Sets the bits of these numbers.
    func set(_ option: Int32, _ name: StaticString, bits: Set<Int>, below limit: Int) throws(ZMQError) {
        var mask: UInt64 = 0
        for bit in bits.sorted() {
            guard bit >= 0, bit < min(limit, 64) else {
                let range = limit > 0 ? "0 to \(min(limit, 64) - 1)" : "none"
                throw outOfRange(name, "\(bit)", "\(range); the context has \(limit) I/O threads")
            }
            mask |= 1 << UInt64(bit)
        }
        try check(unsafe zmq_setsockopt(socket, option, &mask, MemoryLayout<UInt64>.size), name)
    }

    /// Sets a time in milliseconds, rounded up; nil is libzmq's -1.
    func set(_ option: Int32, _ name: StaticString, time: Duration?) throws(ZMQError) {
        guard let time else { return try set(option, name, to: -1 as Int32) }
        guard time >= .zero, time <= .longest, let value = Int32(exactly: time.millisecondsRoundedUp) else {
            throw outOfRange(name, "\(time)", "0 to \(Int32.max) ms")
        }
        try set(option, name, to: value)
    }

    /// What libzmq says of an option now, the context's default say.
    func flag(_ option: Int32, _ name: StaticString) throws(ZMQError) -> Bool {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        try check(unsafe zmq_getsockopt(socket, option, &value, &size), name)
        return value != 0
    }

    func outOfRange(_ name: StaticString, _ value: String, _ range: String) -> ZMQError {
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
