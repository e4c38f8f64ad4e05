// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension SocketEngine {
    /// Sends a copy of the bytes if there is room. False when there is none (then `miss` says when that was), or when
    /// it is time to look for cancellation and let others run.
    @usableFromInline
    func sendAtOnce(_ bytes: Span<UInt8>, _ miss: inout Moment) throws(ZMQError) -> Bool {
        try checkProcess("send")
        try checkSize(bytes.count)
        var mustRecheck = false
        let wasSent = try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(ZMQError) -> Bool in
            try state.withLock { (state) throws(ZMQError) -> Bool in
                try checkUsable(&state, "send")
                guard state.takesHit() else { return false }
                let raw = UnsafeRawBufferPointer(buffer)
                let failure = attempt(&state) { handle in unsafe handle.send(raw) }
                if failure == EAGAIN { miss = state.moment }
                mustRecheck = state.needsRecheck
                return try conclude(failure, &state)
            }
        }
        if mustRecheck { recheck() }
        return wasSent
    }

    /// Sends the message if there is room, as the other one does.
    @usableFromInline
    func sendAtOnce(_ message: inout Message, _ miss: inout Moment) throws(ZMQError) -> Bool {
        try checkProcess("send")
        try checkSize(of: message)
        var mustRecheck = false
        let wasSent = try state.withLock { (state) throws(ZMQError) -> Bool in
            try checkUsable(&state, "send")
            guard state.takesHit() else { return false }
            let failure = attempt(&state, sending: &message, to: nil)
            if failure == EAGAIN { miss = state.moment }
            mustRecheck = state.needsRecheck
            return try conclude(failure, &state)
        }
        if mustRecheck { recheck() }
        return wasSent
    }

    /// Sends the message, however long it takes, after `sendAtOnce` did not.
    @usableFromInline
    func sendEventually(_ message: consuming Message, after miss: Moment, timeout: Duration?) async throws(ZMQError) {
        try await sendEventually(message, to: nil, after: miss, timeout: timeout)
    }

    /// Sends the message to a peer (ROUTER, STREAM), or to whom the pattern chooses, however long it takes.
    func sendEventually(
        _ message: Message,
        to peer: RoutingID?,
        after miss: Moment = .start,
        timeout: Duration?
    ) async throws(ZMQError) {
        try checkSize(of: message)
        let deadline = deadline(after: timeout)
        var message = message
        var wasWoken = false
        var miss = miss
        if miss == .start { try await prepareToTry("send") }
        while true {
            if miss == .start {
                let wasSent: Void? = try tryOnce(.send, isBack: wasWoken, "send", &miss) { (state) throws(ZMQError) in
                    let failure = attempt(&state, sending: &message, to: peer)
                    guard try conclude(failure, &state) else { return nil }
                    // Sends to a named peer come here without an attempt at once, which would have counted.
                    state.tookBatch(of: 1)
                    return ()
                }
                if wasSent != nil { return }
            }
            let reason = await park(in: .send, atFront: wasWoken, until: deadline, after: miss)
            guard reason == .ready || reason == .readyAtOnce else { throw ended(by: reason, "send") }
            // Those who wait for activity are woken all together, so none of them is "in flight".
            wasWoken = reason == .ready && kind.readiness == .events
            miss = .start
        }
    }

    /// Sends the message if there is room now.
    func trySend(_ message: consuming Message, to peer: RoutingID? = nil) throws(ZMQError) -> Bool {
        try checkSize(of: message)
        var message = message
        var miss = Moment.start
        return try tryOnce(.send, isBack: false, "trySend", &miss) { (state) throws(ZMQError) -> Bool? in
            let failure = attempt(&state, sending: &message, to: peer)
            return try conclude(failure, &state)
        } ?? false
    }

    /// Counts a success; throws what is not a full queue.
    @inline(__always)
    private func conclude(_ failure: Int32, _ state: inout EngineState) throws(ZMQError) -> Bool {
        if failure == 0 {
            state.statistics.sent += 1
            return true
        }
        if failure == EAGAIN { return false }
        throw self.failure(failure, "send")
    }

    @inline(__always)
    func checkSize(_ count: Int) throws(ZMQError) {
        guard count <= maximumMessageBytes else {
            throw error(
                .messageTooLarge,
                "send",
                "\(count) bytes; raise TransportOptions.maximumMessageBytes (\(maximumMessageBytes)) on both sides"
            )
        }
    }

    func checkSize(of message: borrowing Message) throws(ZMQError) {
        for index in message.index..<message.index + message.frameCount {
            try checkSize(message.slab.byteCount(at: index))
        }
    }

    // MARK: One attempt, under the lock

    @inline(__always)
    private func attempt(_ state: inout EngineState, sending message: inout Message, to peer: RoutingID?) -> Int32 {
        if peer == nil, message.isAlone() {
            let place = unsafe message.slab.message(at: message.index)
            return attempt(&state) { handle in unsafe handle.send(place, more: false) }
        }
        let parts = message
        if kind.type == ZMQ_REQ {
            let failure = attempt(&state, request: parts)
            guard failure == EAGAIN, state.handle.events().canSend else { return failure }
            return attempt(&state, request: parts)
        }
        return attempt(&state) { handle in handle.send(parts, to: peer, dropsRemainder: kind.dropsRemainder) }
    }

    /// A REQ puts the envelope before the first frame after a last one only. So a request that broke off is ended
    /// first, by an empty last frame: the peer that gets it, without an envelope, skips it.
    private func attempt(_ state: inout EngineState, request: Message) -> Int32 {
        if state.isRequestBroken {
            let failure = unsafe state.handle.send(UnsafeRawBufferPointer(start: nil, count: 0))
            guard failure == 0 else { return failure }
            state.isRequestBroken = false
        }
        for position in 0..<request.frameCount {
            var part = zmq_msg_t()
            unsafe FrameSlab.initialize(&part, from: request.slab, at: request.index + position)
            let failure = unsafe state.handle.send(&part, more: position < request.frameCount - 1)
            guard failure != 0 else { continue }
            unsafe zmq_msg_close(&part)
            state.isRequestBroken = position > 0
            return failure
        }
        return 0
    }

    /// libzmq may say EAGAIN while there is room, because it looks for news only every millisecond when sending. So
    /// the events are read, which looks, before a refusal is believed.
    @inline(__always)
    func attempt(_ state: inout EngineState, _ send: (SocketHandle) -> Int32) -> Int32 {
        let handle = state.handle
        let failure = send(handle)
        return failure == EAGAIN ? attemptAgain(handle, &state.statistics) { send(handle) } : failure
    }

    @inline(never)
    func attemptAgain(_ handle: SocketHandle, _ statistics: inout SocketStatistics, _ send: () -> Int32) -> Int32 {
        let readiness = handle.events()
        guard readiness.failure == 0 else { return readiness.failure }
        guard readiness.canSend || kind.readiness == .activity else { return EAGAIN }
        let failure = send()
        guard failure == EAGAIN, kind.overflow == .drop else { return failure }
        // At least one subscriber is full: the others get the message, and the miss is counted.
        statistics.dropped += 1
        logProblem("a subscriber's queue was full, and it missed a message", count: statistics.dropped)
        handle.setDropping(true)
        defer { handle.setDropping(false) }
        return send()
    }
}

extension SocketKind {
    /// Whether libzmq silently drops what is left of a multipart message whose peer went away in the middle of it.
    var dropsRemainder: Bool { type == ZMQ_PUSH || type == ZMQ_DEALER }
}

extension SocketHandle {
    /// Sends all frames of a message without waiting, or none: 0 or an error number.
    ///
    /// When the peer that had been chosen goes away in the middle, libzmq undoes what it had taken, and the message is
    /// begun anew for another peer.
    ///
    /// - Parameter movesLast: Whether the last frame is moved out of the message rather than copied; when it is not
    ///   sent, it stays where it is. (The others cannot be had back when the message is begun anew.)
    func send(_ message: Message, to peer: RoutingID?, dropsRemainder: Bool, movesLast: Bool = false) -> Int32 {
        if let peer {
            let failure = unsafe peer.bytes.withUnsafeBytes { unsafe send($0, more: true) }
            guard failure == 0 else { return failure }
        }
        var position = 0
        while position < message.frameCount {
            let isLast = position == message.frameCount - 1
            let failure =
                isLast && movesLast
                ? unsafe send(message.slab.message(at: message.index + position), more: false)
                : sendCopy(of: message, at: position, more: !isLast)
            if failure == 0 {
                position += 1
                continue
            }
            guard position > 0, failure == EAGAIN, peer == nil else { return failure }
            // Until it has seen a last frame, libzmq takes the frames of the next message for more of this one.
            if dropsRemainder, !isLast { _ = unsafe send(UnsafeRawBufferPointer(start: nil, count: 0), more: false) }
            position = 0
        }
        return 0
    }

    private func sendCopy(of message: Message, at position: Int, more: Bool) -> Int32 {
        var part = zmq_msg_t()
        unsafe FrameSlab.initialize(&part, from: message.slab, at: message.index + position)
        let failure = unsafe send(&part, more: more)
        if failure != 0 { unsafe zmq_msg_close(&part) }
        return failure
    }

    /// Whether an XPUB leaves out subscribers whose queues are full instead of refusing the message.
    func setDropping(_ isDropping: Bool) {
        var refuses: Int32 = isDropping ? 0 : 1
        _ = unsafe withRaw { unsafe zmq_setsockopt($0, ZMQ_XPUB_NODROP, &refuses, MemoryLayout<Int32>.size) }
    }
}
