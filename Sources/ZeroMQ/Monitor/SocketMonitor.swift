// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Takes what libzmq reports about one socket's connections from a PAIR socket, and keeps it for readers.
///
/// libzmq's I/O thread would wait if the PAIR were full, so the PAIR has no limit, and the context's reactor empties it
/// whenever its descriptor fires; what a reader is too slow for is dropped in its own ring, and counted. The engine
/// starts and stops the monitor; readers keep it, and so do not keep the socket.
final class SocketMonitor: ReactorTarget {
    struct State: ~Copyable {
        var pair: SocketHandle
        var registry: ConnectionRegistry
        var log: MonitorLog
        var rings: [UInt64: EventRing] = [:]
        /// Who waits, and for which reader; nil for a change of the connections.
        var waiters: [Int64: (waiter: Waiter, reader: UInt64?)] = [:]
        var nextKey: Int64 = 0
        var end: SocketEngine.End?
        /// The error number of the last attempt to receive.
        var failure: Int32 = 0
        /// Whether there was nothing to receive, but may be later.
        var isRefused: Bool { failure == EAGAIN }
    }

    let id: UInt64
    let reactor: Reactor
    let state: Locked<State>
    /// Whether there was nothing to report before the monitor began.
    let isComplete: Bool
    private let forkGuard = ForkGuard()
    /// How many events are taken in before the reactor looks after others.
    private static let eventsPerTurn = 256

    init(reactor: Reactor, pair: SocketHandle, isComplete: Bool, hasHandshakes: Bool, log: MonitorLog) {
        self.reactor = reactor
        self.isComplete = isComplete
        id = reactor.reserveTarget()
        let registry = ConnectionRegistry(hasHandshakes: hasHandshakes)
        state = Locked(State(pair: pair, registry: registry, log: log))
    }

    /// False in a forked child, where the lock may be held for ever.
    var isInItsProcess: Bool { forkGuard.isInItsProcess }

    func start() throws(ZMQError) {
        let descriptor = state.withLock { state in
            // libzmq signals only what comes after a receive that found nothing.
            while state.takeIn(at: .now) {}
            return state.pair.descriptor
        }
        try reactor.register(self, as: id, descriptor: descriptor)
    }

    /// Takes in all that is left, and closes the PAIR. To be called once libzmq reports nothing any more.
    func close() {
        state.withLock { state in
            guard state.pair.isOpen else { return }
            reactor.unregister(id, descriptor: state.pair.descriptor)
            while state.takeIn(at: .now) {}
            state.pair.close()
        }
    }

    /// Nothing follows: readers get what is in their rings, then the end.
    func finish(_ reason: SocketEngine.End) {
        let waiters = state.withLock { state in
            if state.end == nil { state.end = reason }
            return exchange(&state.waiters, with: [:])
        }
        for waiter in waiters.values { waiter.waiter.resume(reason == .closed ? .closed : .contextTerminated) }
    }

    /// Takes in what libzmq has reported so far.
    func catchUp() {
        let woken = state.withLock { state in
            while state.takeIn(at: .now) {}
            return state.takeOutReady()
        }
        woken.resume(.ready)
    }

    /// The socket gave up its connections to an endpoint.
    func forget(_ endpoint: Endpoint) {
        state.withLock { state in
            while state.takeIn(at: .now) {}
            state.registry.forget(endpoint)
        }
        // Whoever waits for what was taken in is told by the reactor, which this must not do: it is called with the
        // socket's lock.
        reactor.start(.sweep, of: id, at: .now)
    }

    /// The socket is about to connect to an endpoint.
    func expect(_ endpoint: Endpoint) { state.withLock { $0.registry.expect(endpoint) } }

    func addStatistics(to statistics: inout SocketStatistics) {
        state.withLock { state in
            statistics.reconnects += state.registry.reconnects
            statistics.handshakeFailures += state.registry.handshakeFailures
        }
    }

    // MARK: On the reactor's thread

    func descriptorFired() {
        let woken = state.withLock { state -> Woken<Waiter> in
            guard state.pair.isOpen else { return Woken() }
            var count = 0
            while state.takeIn(at: .now) {
                count += 1
                guard count < Self.eventsPerTurn else {
                    // Nothing is going to signal the rest.
                    reactor.start(.sweep, of: id, at: .now)
                    return state.takeOutReady()
                }
            }
            // libzmq has just looked and found nothing: what comes is signalled. (Asking for its events would consume
            // the signal.) After a shutdown nothing comes.
            if state.isRefused { reactor.poller.arm(state.pair.descriptor, as: id) }
            return state.takeOutReady()
        }
        woken.resume(.ready)
    }

    func timerFired(_ timer: ReactorTimer) {
        switch timer {
        case .sweep: descriptorFired()
        case .pump, .alarm: break
        case .waiter(_, let key):
            state.withLock { $0.waiters.removeValue(forKey: key)?.waiter }?.resume(.expired)
        }
    }
}

extension SocketMonitor.State {
    /// Takes one event in; false when there is none.
    mutating func takeIn(at time: ContinuousClock.Instant) -> Bool {
        let frames: [[UInt8]]
        (frames, failure) = pair.receiveFrames()
        guard failure == 0 else { return false }
        let report = MonitorReport(frames: frames)
        guard !report.isLast, end == nil else { return true }
        let before = registry.handshakeFailures
        registry.apply(report, at: time)
        log.note(report.event, registry, handshakeFailuresBefore: before)
        for reader in rings.keys { rings[reader]?.append(report.event) }
        return true
    }

    /// Those who wait and may have something now.
    mutating func takeOutReady() -> Woken<Waiter> {
        var woken = Woken<Waiter>()
        for (key, entry) in waiters {
            if let reader = entry.reader, rings[reader]?.isEmpty ?? false { continue }
            waiters[key] = nil
            woken.append(entry.waiter)
        }
        return woken
    }
}

extension SocketHandle {
    /// The frames of the next message, of which an event has two, and 0; or an error number.
    fileprivate func receiveFrames() -> ([[UInt8]], Int32) {
        var frames: [[UInt8]] = []
        var hasMore = true
        while hasMore {
            var message = zmq_msg_t()
            unsafe zmq_msg_init(&message)
            defer { unsafe zmq_msg_close(&message) }
            let failure = unsafe receive(into: &message)
            guard failure == 0 else { return ([], failure) }
            let bytes = unsafe UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))
            // What has more frames is no event.
            if frames.count < 3 { unsafe frames.append(Array(bytes)) }
            hasMore = unsafe zmq_msg_more(&message) != 0
        }
        return (frames, 0)
    }
}
