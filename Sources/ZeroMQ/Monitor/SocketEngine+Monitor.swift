// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

extension SocketEngine {
    /// The socket's monitor, which the first call starts.
    func monitor(_ operation: StaticString) throws(ZMQError) -> SocketMonitor {
        try checkProcess(operation)
        if let monitor = state.withLock({ $0.end == nil ? $0.monitor : nil }) { return monitor }
        return try withHandle(operation) { (state) throws(ZMQError) in
            if let monitor = state.monitor { return monitor }
            let monitor = try startMonitor(state.handle, isComplete: !state.mayHaveConnections)
            state.monitor = monitor
            return monitor
        }
    }

    private func startMonitor(_ handle: SocketHandle, isComplete: Bool) throws(ZMQError) -> SocketMonitor {
        let operation = "monitor (\(description))"
        // Of its own, so that nobody else can have it or connect to it.
        let name = "inproc://sinew-monitor-\(id)-\(UInt64.random(in: 0...UInt64.max))"
        var pair = try context.makeMonitorPair(operation)
        do throws(ZMQError) {
            try check(operation, unsafe handle.withRaw { unsafe zmq_socket_monitor($0, name, ZMQ_EVENT_ALL) })
            // libzmq's thread waits with an event until this is done. Were it done first and the other then failed,
            // libzmq would keep the connection until the context ends. This one fails only when the context was shut
            // down meanwhile, which ends libzmq's wait as well.
            try check(operation, unsafe pair.withRaw { unsafe zmq_connect($0, name) })
            let monitor = SocketMonitor(
                reactor: context.reactor,
                pair: pair,
                isComplete: isComplete,
                hasHandshakes: !kind.isStream,
                log: MonitorLog(context.log, self.name)
            )
            try startOrStop(monitor, handle)
            return monitor
        } catch {
            pair.close()
            context.forgetMonitorPair()
            throw error
        }
    }

    private func startOrStop(_ monitor: SocketMonitor, _ handle: SocketHandle) throws(ZMQError) {
        do throws(ZMQError) {
            try monitor.start()
        } catch {
            _ = unsafe handle.withRaw { unsafe zmq_socket_monitor($0, nil, 0) }
            throw error
        }
    }

    private func check(_ operation: String, _ result: Int32?) throws(ZMQError) {
        guard result == 0 else { throw ZMQError.from(zmq_errno(), operation) }
    }

    /// Ends the reports. The order matters: a PAIR that is closed first makes libzmq wait for it for ever.
    func stopMonitor(_ state: borrowing EngineState) -> SocketMonitor? {
        guard let monitor = state.monitor else { return nil }
        _ = unsafe state.handle.withRaw { unsafe zmq_socket_monitor($0, nil, 0) }
        monitor.close()
        context.forgetMonitorPair()
        return monitor
    }

    // MARK: What the socket's users ask

    func events(bufferingNewest capacity: Int) throws(ZMQError) -> SocketEvents {
        guard capacity >= 1 else {
            throw error(.invalidArgument, "events", "bufferingNewest is \(capacity); use 1 or more")
        }
        return SocketEvents(reader: EventReader(try monitor("events"), bufferingNewest: capacity))
    }

    func connections() throws(ZMQError) -> [SocketConnection] {
        let monitor = try startedMonitor("connections")
        try checkComplete(monitor, "connections")
        monitor.catchUp()
        return monitor.state.withLock { $0.registry.connections }
    }

    /// The monitor that somebody has started.
    private func startedMonitor(_ operation: StaticString) throws(ZMQError) -> SocketMonitor {
        try checkProcess(operation)
        if let monitor = state.withLock({ $0.end == nil ? $0.monitor : nil }) { return monitor }
        let monitor = try withHandle(operation) { (state) throws(ZMQError) in state.monitor }
        guard let monitor else { throw notMonitored(operation) }
        return monitor
    }

    /// A monitor that knows of all connections.
    private func completeMonitor(_ operation: StaticString) throws(ZMQError) -> SocketMonitor {
        let monitor = try monitor(operation)
        try checkComplete(monitor, operation)
        return monitor
    }

    private func checkComplete(_ monitor: SocketMonitor, _ operation: StaticString) throws(ZMQError) {
        guard monitor.isComplete else { throw notMonitored(operation) }
    }

    private func notMonitored(_ operation: StaticString) -> ZMQError {
        error(.notMonitored, operation, "call startMonitoring() before the socket's first bind or connect")
    }

    /// Connects, and waits until the connection is established.
    func connect(_ endpoint: Endpoint, timeout: Duration) async throws(ZMQError) {
        guard !endpoint.isInproc else { throw error(.notSupported, "connect", Self.inprocAdvice) }
        let deadline = deadline(after: timeout)
        let monitor = try monitor("connect")
        let isKnown = state.withLock { !monitor.isComplete && $0.connected.contains(endpoint) }
        if isKnown { _ = try completeMonitor("connect") }
        let mark = monitor.state.withLock { $0.registry.mark }
        try connect(endpoint)
        _ = try await wait(at: monitor, for: 1, to: endpoint, until: deadline, since: mark, "connect")
    }

    /// Waits until so many connections are established.
    func waitForConnections(atLeast count: Int, timeout: Duration?) async throws(ZMQError) -> Int {
        let deadline = deadline(after: timeout)
        let monitor = try completeMonitor("connected")
        let isOnlyInproc = state.withLock { state in
            let endpoints = state.bound.union(state.connected)
            return !endpoints.isEmpty && endpoints.allSatisfy(\.isInproc)
        }
        if isOnlyInproc, count > 0 { throw error(.notSupported, "connected", Self.inprocAdvice) }
        let mark = monitor.state.withLock { $0.registry.mark }
        return try await wait(at: monitor, for: count, to: nil, until: deadline, since: mark, "connected")
    }

    private static let inprocAdvice = "libzmq does not report inproc connections; they need no waiting for either"

    private func wait(
        at monitor: SocketMonitor,
        for count: Int,
        to endpoint: Endpoint?,
        until deadline: ContinuousClock.Instant?,
        since mark: ConnectionRegistry.Mark,
        _ operation: StaticString
    ) async throws(ZMQError) -> Int {
        while true {
            let known = monitor.state.withLock { $0.registry.established(to: endpoint) }
            if known >= count { return known }
            let reason = await monitor.park(for: nil, until: deadline) {
                $0.registry.established(to: endpoint) >= count
            }
            switch reason {
            case .ready, .readyAtOnce: continue
            case .expired:
                let story = monitor.state.withLock { $0.registry.story(since: mark) }
                let what = endpoint.map { "to \($0) " } ?? ""
                let known = monitor.state.withLock { $0.registry.established(to: endpoint) }
                throw error(.timedOut, operation, "\(known) of \(count) connections \(what)are established; \(story)")
            default: throw ended(by: reason, operation)
            }
        }
    }
}
