// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The libzmq socket itself: the one place where its operations are called. Copying it copies a reference.
///
/// Not thread-safe: it is used under the engine's lock, or by the one thread that has exclusive access. Once closed,
/// every operation fails with `ENOTSOCK`.
@safe
struct SocketHandle: @unchecked Sendable {
    private var raw: UnsafeMutableRawPointer?
    /// libzmq's descriptor for this socket: readable when commands wait. Never read, never closed by us.
    let descriptor: Int32

    init(_ raw: UnsafeMutableRawPointer) throws(ZMQError) {
        unsafe self.raw = raw
        var descriptor: Int32 = -1
        var size = MemoryLayout<Int32>.size
        guard unsafe zmq_getsockopt(raw, ZMQ_FD, &descriptor, &size) == 0 else {
            throw ZMQError.from(zmq_errno(), "ZMQ_FD")
        }
        self.descriptor = descriptor
    }

    var isOpen: Bool { unsafe raw != nil }

    /// Closes the socket; unsent messages linger. Never blocks.
    mutating func close() {
        guard let socket = unsafe raw else { return }
        unsafe raw = nil
        _ = unsafe zmq_close(socket)
    }

    /// Calls `body` with the socket, for the calls that are not on a hot path.
    func withRaw<Result>(_ body: (UnsafeMutableRawPointer) -> Result) -> Result? {
        guard let socket = unsafe raw else { return nil }
        return unsafe body(socket)
    }

    // MARK: Operations: 0 or an error number

    /// Sends one frame without waiting; `message` is empty afterwards, or untouched on failure.
    @inline(__always)
    func send(_ message: UnsafeMutablePointer<zmq_msg_t>, more: Bool) -> Int32 {
        while true {
            if unsafe zmq_msg_send(message, raw, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0 { return 0 }
            let error = zmq_errno()
            if error != EINTR { return error }
        }
    }

    /// Sends a copy of some bytes as one frame without waiting.
    @inline(__always)
    func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) -> Int32 {
        while true {
            let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
            if unsafe zmq_send(raw, bytes.baseAddress, bytes.count, flags) >= 0 { return 0 }
            let error = zmq_errno()
            if error != EINTR { return error }
        }
    }

    /// Receives one frame without waiting into an initialised message.
    @inline(__always)
    func receive(into message: UnsafeMutablePointer<zmq_msg_t>) -> Int32 {
        while true {
            if unsafe zmq_msg_recv(message, raw, ZMQ_DONTWAIT) >= 0 { return 0 }
            let error = zmq_errno()
            if error != EINTR { return error }
        }
    }

    /// What the socket is ready for now, after processing all commands that wait.
    func events() -> Readiness {
        var events: Int32 = 0
        while true {
            var size = MemoryLayout<Int32>.size
            if unsafe zmq_getsockopt(raw, ZMQ_EVENTS, &events, &size) == 0 { break }
            let error = zmq_errno()
            if error != EINTR { return Readiness(failure: error) }
        }
        return Readiness(canReceive: events & ZMQ_POLLIN != 0, canSend: events & ZMQ_POLLOUT != 0)
    }
}

/// Calls a function of libzmq again as long as a signal interrupts it.
func ignoringInterrupts(_ body: () -> Int32) -> Int32 {
    while true {
        let result = body()
        guard result != 0, zmq_errno() == EINTR else { return result }
    }
}

/// What a socket is ready for, as `ZMQ_EVENTS` said at one moment.
struct Readiness: Sendable {
    var canReceive = false
    var canSend = false
    /// An error number when the socket cannot be asked (the context was shut down).
    var failure: Int32 = 0
}
