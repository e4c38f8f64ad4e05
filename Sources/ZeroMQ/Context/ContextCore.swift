// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CSinewShims
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
        var isShutDown = false
        /// Whether a thread is shutting the libzmq context down, which must not be freed meanwhile.
        var isShuttingDown = false
        /// Whether a thread has begun to free the libzmq context.
        var isEnding = false
    }

    private let handle: ContextHandle
    let executor: ContextExecutor
    private let state = Locked(State())
    private let ended = Latch()
    private let forkGeneration: UInt32

    var reactor: Reactor { executor.reactor }

    init(options: Context.Options) throws(ZMQError) {
        sinew_fork_watch()
        forkGeneration = sinew_fork_generation()
        executor = try ContextExecutor()
        handle = try ContextHandle(options)
    }

    deinit {
        guard sinew_fork_generation() == forkGeneration else { return }
        guard !state.withLock({ $0.isEnding }) else { return }
        handle.endInBackground {}
    }

    // MARK: Sockets

    func makeSocket(
        _ kind: SocketKind,
        maximumMessageBytes: Int?,
        origin: String,
        configure: (OptionWriter) throws(ZMQError) -> Void
    ) throws(ZMQError) -> SocketEngine {
        let operation = "\(kind.name) socket made at \(origin)"
        guard sinew_fork_generation() == forkGeneration else {
            throw ZMQError(.usedAfterFork, operation: operation, advice: "make a new context in the child")
        }
        guard !state.withLock({ $0.isShutDown }) else { throw ZMQError(.contextTerminated, operation: operation) }
        try DescriptorBudget.check(operation)
        let raw = try unsafe handle.socket(kind.type, operation)
        let handle: SocketHandle
        do throws(ZMQError) {
            try configure(unsafe OptionWriter(raw, kind: kind))
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
            origin: origin,
            handle: handle
        )
        try adopt(engine)
        try engine.start()
        return engine
    }

    private func adopt(_ socket: SocketEngine) throws(ZMQError) {
        let isRefused = state.withLock { state in
            guard !state.isShutDown else { return true }
            state.sockets[socket.id] = (WeakSocket(socket: socket), socket.description)
            return false
        }
        if isRefused { throw ZMQError(.contextTerminated, operation: socket.description) }
    }

    func forget(_ id: UInt64) {
        let isLast = state.withLock { state in
            state.sockets[id] = nil
            return state.beginEnding()
        }
        if isLast { end() }
    }

    var openSockets: [String] {
        state.withLock { state in state.sockets.sorted { $0.key < $1.key }.map(\.value.description) }
    }

    // MARK: Termination

    func shutdown() {
        guard sinew_fork_generation() == forkGeneration else { return }
        let sockets = state.withLock { state -> [WeakSocket]? in
            guard !state.isShutDown else { return nil }
            state.isShutDown = true
            state.isShuttingDown = true
            return state.sockets.values.map(\.socket)
        }
        guard let sockets else { return }
        handle.shutdown()
        for socket in sockets { socket.socket?.contextWasShutDown() }
        // The last socket may have been closed meanwhile.
        let isLast = state.withLock { state in
            state.isShuttingDown = false
            return state.beginEnding()
        }
        if isLast { end() }
    }

    func terminate(within limit: Duration) async throws(ZMQError) {
        guard sinew_fork_generation() == forkGeneration else {
            throw ZMQError(.usedAfterFork, operation: "Context.terminate", advice: "leave it to the parent process")
        }
        shutdown()
        guard await !ended.wait(atMost: limit) else { return }
        guard !Task.isCancelled else { throw ZMQError(.cancelled, operation: "Context.terminate") }
        let open = openSockets
        throw ZMQError(
            .terminationTimedOut,
            operation: "Context.terminate(within: \(limit))",
            advice: open.isEmpty
                ? "closed sockets still have messages to deliver; wait longer, or lower TransportOptions.linger"
                : "close these sockets: \(open.joined(separator: "; "))"
        )
    }

    private func end() { handle.endInBackground { [ended] in ended.open() } }
}

extension ContextCore.State {
    /// Whether the context can be freed now: true once.
    fileprivate mutating func beginEnding() -> Bool {
        guard isShutDown, !isShuttingDown, sockets.isEmpty, !isEnding else { return false }
        isEnding = true
        return true
    }
}

/// The libzmq context itself.
@safe
private struct ContextHandle: @unchecked Sendable {
    private let raw: UnsafeMutableRawPointer

    init(_ options: Context.Options) throws(ZMQError) {
        guard let raw = unsafe zmq_ctx_new() else { throw ZMQError.from(zmq_errno(), "make a context") }
        unsafe self.raw = raw
        do throws(ZMQError) {
            try set(ZMQ_IO_THREADS, "ioThreads", options.ioThreads, atLeast: 0)
            try set(ZMQ_MAX_SOCKETS, "maxSockets", options.maxSockets, atLeast: 1)
            try set(ZMQ_BLOCKY, "blocky", 0, atLeast: 0)
        } catch {
            unsafe zmq_ctx_term(raw)
            throw error
        }
    }

    private func set(_ option: Int32, _ name: String, _ value: Int, atLeast low: Int) throws(ZMQError) {
        let operation = "Context.Options.\(name) = \(value)"
        guard let number = Int32(exactly: value), value >= low else {
            throw ZMQError(.invalidArgument, operation: operation, advice: "use \(low) or more")
        }
        guard unsafe zmq_ctx_set(raw, option, number) == 0 else { throw ZMQError.from(zmq_errno(), operation) }
    }

    func socket(_ type: Int32, _ operation: String) throws(ZMQError) -> UnsafeMutableRawPointer {
        guard let socket = unsafe zmq_socket(raw, type) else { throw ZMQError.from(zmq_errno(), operation) }
        return unsafe socket
    }

    func shutdown() { unsafe zmq_ctx_shutdown(raw) }

    /// Frees the context on a thread of its own, because libzmq waits for lingering messages.
    func endInBackground(_ completion: @escaping @Sendable () -> Void) {
        let end: @Sendable () -> Void = {
            while unsafe zmq_ctx_term(raw) != 0, zmq_errno() == EINTR {}
            completion()
        }
        do throws(ZMQError) { try startThread(named: "zmq-term", end) } catch { end() }
    }
}
