// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The libzmq context with the reactor and the list of its open sockets. Sockets keep it alive.
final class ContextCore: Sendable {
    fileprivate struct WeakSocket { weak var socket: SocketEngine? }

    fileprivate struct State {
        var sockets: [UInt64: (socket: WeakSocket, description: String)] = [:]
        /// How many sockets monitors have: two each, one of libzmq's own.
        var monitorSockets = 0
        /// Those that the library made for itself.
        var internalSockets: Set<UInt64> = []
        var isShutDown = false
        /// How many `inproc` connections were made: libzmq ends each that nobody has bound with a socket of its own.
        var inprocConnections = 0
        /// Whether a thread has begun to free the libzmq context.
        var isEnding = false
    }

    private let handle: ContextHandle
    let executor: ContextExecutor
    let authenticator = Authenticator()
    let ledger = SocketLedger()
    let log: LogWriter
    private let state = Locked(State())
    private let ended = Latch()
    private let forkGuard = ForkGuard()
    private let maximumSockets: Int
    let ioThreadCount: Int
    /// How many descriptors a socket may need at once: those of libzmq's threads, which the first one starts, and some
    /// for connections. libzmq aborts the process when it cannot have one.
    private let descriptorsNeeded: Int

    var reactor: Reactor { executor.reactor }

    init(options: Context.Options, log: LogWriter) throws(ZMQError) {
        self.log = log
        maximumSockets = options.maximumSockets
        ioThreadCount = options.ioThreads
        handle = try ContextHandle(options)
        descriptorsNeeded = 2 * options.ioThreads + 8
        executor = try ContextExecutor()
    }

    deinit {
        guard isInItsProcess else { return }
        guard !state.withLock({ $0.isEnding }) else { return }
        handle.endInBackground(needing: min(state.withLock { $0.inprocConnections }, 64)) {}
    }

    /// False in a forked child, where the parent's locks may be held for ever.
    var isInItsProcess: Bool { forkGuard.isInItsProcess }

    /// The same, for those who do not keep the context.
    var processCheck: @Sendable () -> Bool { { [forkGuard] in forkGuard.isInItsProcess } }

    func checkProcess(_ operation: String) throws(ZMQError) {
        guard isInItsProcess else {
            throw ZMQError(.usedAfterFork, operation: operation, advice: "make a new context in the child")
        }
    }

    // MARK: Sockets

    func makeSocket(
        _ kind: SocketKind,
        maximumMessageBytes: Int?,
        origin: String,
        label: String? = nil,
        gate: AuthGate? = nil,
        configure: (OptionWriter) throws(ZMQError) -> Void
    ) throws(ZMQError) -> SocketEngine {
        let name = SocketName(kind: kind.name, label: label, origin: origin)
        let operation = name.description
        try checkProcess(operation)
        try DescriptorBudget.check(operation, needing: descriptorsNeeded)
        // Under the lock, because the libzmq context may be freed as soon as it has been shut down.
        let raw = try unsafe state.withLock { (state) throws(ZMQError) in
            guard !state.isShutDown else { throw ZMQError(.contextTerminated, operation: operation) }
            if !kind.isInternal { try checkRoom(for: 1, state, operation) }
            return try unsafe self.handle.socket(kind.type, operation)
        }
        let handle: SocketHandle
        do throws(ZMQError) {
            try configure(unsafe OptionWriter(raw, kind: kind, ioThreadCount: ioThreadCount))
            handle = try unsafe SocketHandle(raw)
        } catch {
            _ = unsafe zmq_close(raw)
            throw error
        }
        // From here on the engine closes the socket, also when it cannot be started.
        let engine = SocketEngine(
            context: self,
            kind: kind,
            maximumMessageBytes: maximumMessageBytes,
            name: name,
            handle: handle,
            gate: gate
        )
        try adopt(engine)
        try engine.start()
        ledger.add(engine)
        return engine
    }

    private func checkRoom(for count: Int, _ state: State, _ operation: String) throws(ZMQError) {
        let open = state.sockets.count - state.internalSockets.count + state.monitorSockets
        guard open + count <= maximumSockets else {
            throw ZMQError(
                .tooManySockets,
                operation: operation,
                advice: "raise Context.Options.maximumSockets (\(maximumSockets)), or close sockets"
            )
        }
    }

    /// The socket that reads what libzmq reports about another one, and room for libzmq's own end of it.
    func makeMonitorPair(_ operation: String) throws(ZMQError) -> SocketHandle {
        try DescriptorBudget.check(operation, needing: descriptorsNeeded)
        let raw = try unsafe state.withLock { (state) throws(ZMQError) in
            guard !state.isShutDown else { throw ZMQError(.contextTerminated, operation: operation) }
            try checkRoom(for: 2, state, operation)
            let raw = try unsafe handle.socket(ZMQ_PAIR, operation)
            state.monitorSockets += 2
            return unsafe raw
        }
        do throws(ZMQError) {
            let writer = unsafe OptionWriter(
                raw,
                kind: SocketKind(name: "PAIR", type: ZMQ_PAIR),
                ioThreadCount: ioThreadCount
            )
            // libzmq's thread would wait at a mark.
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: 0)
            try writer.set(ZMQ_LINGER, "linger", time: .zero)
            return try unsafe SocketHandle(raw)
        } catch {
            _ = unsafe zmq_close(raw)
            forgetMonitorPair()
            throw error
        }
    }

    func forgetMonitorPair() { state.withLock { $0.monitorSockets -= 2 } }

    private func adopt(_ socket: SocketEngine) throws(ZMQError) {
        let isRefused = state.withLock { state in
            guard !state.isShutDown else { return true }
            state.sockets[socket.id] = (WeakSocket(socket: socket), socket.description)
            if socket.kind.isInternal { state.internalSockets.insert(socket.id) }
            return false
        }
        if isRefused { throw ZMQError(.contextTerminated, operation: socket.description) }
    }

    func forget(_ id: UInt64) {
        let isLast = state.withLock { state in
            state.sockets[id] = nil
            state.internalSockets.remove(id)
            return state.beginEnding()
        }
        if isLast { end() }
    }

    var openSockets: [String] {
        guard isInItsProcess else { return [] }
        return state.withLock { state in
            let sockets = state.sockets.filter { !state.internalSockets.contains($0.key) }
            return sockets.sorted { $0.key < $1.key }.map(\.value.description)
        }
    }

    // MARK: Termination

    func shutdown() {
        guard isInItsProcess else { return }
        let (sockets, isLast) = state.withLock { state in
            guard !state.isShutDown else { return ([WeakSocket](), false) }
            state.isShutDown = true
            let isLast = state.beginEnding()
            // Under the lock, because closing the last socket frees the libzmq context.
            if !isLast { handle.shutdown() }
            return (state.sockets.values.map(\.socket), isLast)
        }
        for socket in sockets { socket.socket?.contextWasShutDown() }
        if isLast { end() }
    }

    func terminate(within limit: Duration) async throws(ZMQError) {
        guard isInItsProcess else {
            throw ZMQError(.usedAfterFork, operation: "Context.terminate", advice: "leave it to the parent process")
        }
        shutdown()
        guard await !ended.wait(atMost: limit) else { return }
        guard !Task.isCancelled else { throw ZMQError(.cancelled, operation: "Context.terminate") }
        let open = openSockets
        log.writeTerminationFailure(open: open, limit: limit)
        throw ZMQError(
            .terminationTimedOut,
            operation: "Context.terminate(within: \(limit))",
            advice: open.isEmpty
                ? "closed sockets still have messages to deliver; wait longer, or lower TransportOptions.linger"
                : "close these sockets: \(open.joined(separator: "; "))"
        )
    }

    /// Counts a connection that libzmq may have to end by itself.
    func countInprocConnection() { state.withLock { $0.inprocConnections += 1 } }

    private func end() {
        let count = state.withLock { $0.inprocConnections }
        handle.endInBackground(needing: min(count, 64)) { [ended] in ended.open() }
    }
}

extension ContextCore.State {
    /// Whether the context can be freed now: true once.
    fileprivate mutating func beginEnding() -> Bool {
        guard isShutDown, sockets.isEmpty, !isEnding else { return false }
        isEnding = true
        return true
    }
}
