// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CSinewShims
internal import CZeroMQ
internal import SinewCore
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// One thread's time alone with a socket. The engine's lock is not taken for its operations: nobody else may touch
/// the libzmq socket until it ends.
final class ExclusiveSession: @unchecked Sendable {
    private let engine: SocketEngine
    private let handle: SocketHandle
    /// Messages that the socket had taken in before the session; used by the session's thread only.
    private var inbox: Inbox
    private(set) var statistics = SocketStatistics()
    private let isEnding = Atomic<Bool>(false)
    /// A pipe that interrupts waiting, made when the thread first waits.
    private let interrupt = Locked<Interrupt?>(nil)

    private struct Interrupt { let read, write: Int32 }

    init(_ engine: SocketEngine, _ handle: SocketHandle, _ inbox: consuming Inbox) {
        self.engine = engine
        self.handle = handle
        self.inbox = inbox
    }

    deinit {
        guard let pipe = interrupt.withLock({ $0 }) else { return }
        close(pipe.read)
        close(pipe.write)
    }

    /// Ends the session's calls: the socket is to be closed.
    func end() {
        isEnding.store(true, ordering: .releasing)
        wake()
    }

    /// Interrupts a wait, so that it looks again.
    func wake() {
        interrupt.withLock { pipe in
            guard let pipe else { return }
            var byte: UInt8 = 1
            _ = unsafe write(pipe.write, &byte, 1)
        }
    }

    /// What is left of the messages that the socket had taken in.
    func takeInbox() -> Inbox { exchange(&inbox, with: Inbox()) }

    // MARK: Receive

    /// Receives into `message`, reusing its memory when nobody else refers to it. False at the deadline.
    @inline(__always)
    func receive(into message: inout Message, timeout: Duration?) throws(ZMQError) -> Bool {
        try check("receive")
        guard inbox.isEmpty else {
            message = inbox.popFirst() ?? message
            statistics.received += 1
            return true
        }
        if !message.isAlone() { message = Message(slab: FrameSlab.make(capacity: 1)).withEmptyFrame() }
        let place = unsafe message.slab.message(at: 0)
        let size = unsafe handle.receive(into: place)
        if size >= 0, unsafe zmq_msg_more(place) == 0 {
            statistics.received += 1
            return true
        }
        return try receiveSlowly(into: &message, size, timeout)
    }

    @inline(never)
    private func receiveSlowly(
        into message: inout Message,
        _ first: Int32,
        _ timeout: Duration?
    ) throws(ZMQError) -> Bool {
        var size = first
        var deadline: ContinuousClock.Instant?
        while size == -EAGAIN {
            guard try wait(timeout, &deadline) else { return false }
            size = unsafe handle.receive(into: message.slab.message(at: 0))
        }
        var error = size < 0 ? -size : 0
        if error == 0, unsafe zmq_msg_more(message.slab.message(at: 0)) != 0 {
            error = Inbox.complete(&message, from: handle)
        }
        guard error == 0 else { throw engine.failure(error, "receive") }
        statistics.received += 1
        return true
    }

    // MARK: Send

    @inline(__always)
    func send(_ bytes: Span<UInt8>, timeout: Duration?) throws(ZMQError) -> Bool {
        try check("send")
        try engine.checkSize(bytes.count)
        return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(ZMQError) -> Bool in
            let raw = UnsafeRawBufferPointer(buffer)
            let error = unsafe handle.send(raw)
            if error == 0 {
                statistics.sent += 1
                return true
            }
            return try sendSlowly(error, timeout) { unsafe handle.send(raw) }
        }
    }

    func send(_ message: consuming Message, to peer: RoutingID?, timeout: Duration?) throws(ZMQError) -> Bool {
        try check("send")
        try engine.checkSize(of: message)
        let attempt = { [message, handle, kind = engine.kind] in
            handle.send(message, to: peer, dropsRemainder: kind.dropsRemainder)
        }
        let error = attempt()
        if error == 0 {
            statistics.sent += 1
            return true
        }
        return try sendSlowly(error, timeout, attempt)
    }

    @inline(never)
    private func sendSlowly(_ first: Int32, _ timeout: Duration?, _ attempt: () -> Int32) throws(ZMQError) -> Bool {
        var error = first
        var deadline: ContinuousClock.Instant?
        while error == EAGAIN {
            error = engine.attemptAgain(handle, &statistics, attempt)
            guard error == EAGAIN else { break }
            guard try wait(timeout, &deadline) else { return false }
        }
        guard error == 0 else { throw engine.failure(error, "send") }
        statistics.sent += 1
        return true
    }

    // MARK: Waiting

    @inline(__always)
    private func check(_ operation: StaticString) throws(ZMQError) {
        try engine.checkProcess(operation)
        if isEnding.load(ordering: .relaxed) { throw engine.error(.closed, operation) }
    }

    /// Sleeps until libzmq has news for the socket. False at the deadline. Senders that wait for one full peer among
    /// several may sleep through its signal, because sending consumed it; they look again soon.
    private func wait(_ timeout: Duration?, _ deadline: inout ContinuousClock.Instant?) throws(ZMQError) -> Bool {
        let now = ContinuousClock.now
        if let timeout, deadline == nil { deadline = now + timeout }
        var limit: Int32 = -1
        if let deadline {
            guard now < deadline else { return false }
            limit = Int32(clamping: now.duration(to: deadline).millisecondsRoundedUp)
        }
        let pipe = try interruptPipe()
        if isEnding.load(ordering: .acquiring) { throw engine.error(.closed, "wait") }
        var watched = (
            pollfd(fd: handle.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
        )
        unsafe withUnsafeMutableBytes(of: &watched) { buffer in
            _ = unsafe poll(buffer.bindMemory(to: pollfd.self).baseAddress, 2, limit)
        }
        if isEnding.load(ordering: .acquiring) { throw engine.error(.closed, "wait") }
        return true
    }

    private func interruptPipe() throws(ZMQError) -> Interrupt {
        try interrupt.withLock { (made) throws(ZMQError) in
            if let made { return made }
            var ends: (Int32, Int32) = (0, 0)
            let result = unsafe withUnsafeMutableBytes(of: &ends) { buffer in
                unsafe pipe(buffer.bindMemory(to: Int32.self).baseAddress!)
            }
            guard result == 0 else { throw ZMQError(.fileDescriptorBudget, operation: "pipe", errno: errno) }
            let interrupt = Interrupt(read: ends.0, write: ends.1)
            for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            made = interrupt
            return interrupt
        }
    }
}
