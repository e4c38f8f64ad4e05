// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What a thread that has a socket to itself does with it, without taking the engine's lock: nobody else may touch the
/// libzmq socket until it ends.
struct ExclusiveOperations: ~Copyable {
    let engine: SocketEngine
    let session: ExclusiveSession
    let handle: SocketHandle
    /// Messages that the socket had taken in before.
    private(set) var inbox: Inbox
    private var statistics = SocketStatistics()
    let subscriptionCount: Int

    init(_ engine: SocketEngine, _ session: ExclusiveSession, _ state: inout EngineState) {
        self.engine = engine
        self.session = session
        handle = state.handle
        subscriptionCount = state.topics.count
        inbox = exchange(&state.inbox, with: Inbox())
    }

    /// Gives back what was borrowed from the engine.
    mutating func end(_ state: inout EngineState) {
        // What a call gave back meanwhile had been taken before.
        let returned = state.inbox.removeAll()
        state.inbox = exchange(&inbox, with: Inbox())
        if !returned.isEmpty { state.inbox.putBack(returned) }
        state.statistics.add(exchange(&statistics, with: SocketStatistics()))
    }

    // MARK: Receive

    /// Receives into `message`, reusing its memory when nobody else refers to it. False at the deadline.
    @inline(__always)
    mutating func receive(into message: inout Message, timeout: Duration?) throws(ZMQError) -> Bool {
        try check("receive")
        guard inbox.isEmpty else {
            message = inbox.popFirst() ?? message
            statistics.received += 1
            return true
        }
        if !message.isAlone() { message = Message(slab: FrameSlab.make(capacity: 1)).withEmptyFrame() }
        let place = unsafe message.slab.message(at: 0)
        let error = unsafe handle.receive(into: place)
        if error == 0, unsafe zmq_msg_more(place) == 0 {
            statistics.received += 1
            return true
        }
        return try receiveSlowly(into: &message, error, timeout)
    }

    @inline(never)
    private mutating func receiveSlowly(
        into message: inout Message,
        _ first: Int32,
        _ timeout: Duration?
    ) throws(ZMQError) -> Bool {
        var error = first
        var deadline: ContinuousClock.Instant?
        if error == EAGAIN, engine.kind.needsSubscription, subscriptionCount == 0 {
            throw engine.noSubscriptions()
        }
        while error == EAGAIN {
            guard try wait(timeout, &deadline, atMost: nil) else { return false }
            error = unsafe handle.receive(into: message.slab.message(at: 0))
        }
        if error == 0, unsafe zmq_msg_more(message.slab.message(at: 0)) != 0 {
            error = Inbox.receiveRest(of: &message, from: handle)
        }
        guard error == 0 else { throw engine.failure(error, "receive") }
        statistics.received += 1
        return true
    }

    // MARK: Send

    @inline(__always)
    mutating func send(_ bytes: Span<UInt8>, timeout: Duration?) throws(ZMQError) -> Bool {
        try check("send")
        try engine.checkSize(bytes.count)
        return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(ZMQError) -> Bool in
            let raw = UnsafeRawBufferPointer(buffer)
            let error = unsafe handle.send(raw)
            if error == 0 {
                statistics.sent += 1
                return true
            }
            return try sendSlowly(error, timeout) { [handle] in unsafe handle.send(raw) }
        }
    }

    mutating func send(_ message: consuming Message, to peer: RoutingID?, timeout: Duration?) throws(ZMQError) -> Bool {
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
    private mutating func sendSlowly(
        _ first: Int32,
        _ timeout: Duration?,
        _ attempt: () -> Int32
    ) throws(ZMQError) -> Bool {
        var error = first
        var deadline: ContinuousClock.Instant?
        while error == EAGAIN {
            error = engine.attemptAgain(handle, &statistics, attempt)
            guard error == EAGAIN else { break }
            // Another send may have consumed the signal of the one full peer this one waits for.
            let longest = engine.kind.readiness == .activity ? SocketEngine.retryInterval : nil
            guard try wait(timeout, &deadline, atMost: longest) else { return false }
        }
        guard error == 0 else { throw engine.failure(error, "send") }
        statistics.sent += 1
        return true
    }

    // MARK: Waiting

    @inline(__always)
    private func check(_ operation: StaticString) throws(ZMQError) {
        try engine.checkProcess(operation)
        if session.isEnding { throw engine.error(.closed, operation) }
    }

    /// Sleeps until libzmq has news for the socket, or for as long as `longest`. False at the deadline.
    private func wait(
        _ timeout: Duration?,
        _ deadline: inout ContinuousClock.Instant?,
        atMost longest: Duration?
    ) throws(ZMQError) -> Bool {
        let now = ContinuousClock.now
        if let timeout, deadline == nil { deadline = now + timeout.countable }
        var time = longest
        if let deadline {
            guard now < deadline else { return false }
            time = min(time ?? .seconds(3600), now.duration(to: deadline))
        }
        let limit = time.map { Int32(clamping: $0.millisecondsRoundedUp) } ?? -1
        let pipe = try session.interruptPipe()
        if session.isEnding { throw engine.error(.closed, "wait") }
        var watched = (
            pollfd(fd: handle.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
        )
        unsafe withUnsafeMutableBytes(of: &watched) { buffer in
            _ = unsafe poll(buffer.bindMemory(to: pollfd.self).baseAddress, 2, limit)
        }
        if session.isEnding { throw engine.error(.closed, "wait") }
        return true
    }
}
