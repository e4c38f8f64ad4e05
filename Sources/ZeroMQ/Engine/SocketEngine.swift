// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// The machinery behind a socket: a libzmq socket, a lock, and the calls that wait. Opaque to users of the library.
public final class SocketEngine: Sendable {
    /// Why a socket can no longer be used.
    enum End: Sendable {
        case closed, contextTerminated
    }

    let context: ContextCore
    let kind: SocketKind
    let id: UInt64
    let maximumMessageBytes: Int
    let name: SocketName
    let state: Locked<EngineState>
    /// Messages that were taken in ahead, for calls to take without the lock.
    let shelf = Shelf()
    /// Who decides about the clients of a server.
    let gate: AuthGate?
    private let forkGuard = ForkGuard()

    init(
        context: ContextCore,
        kind: SocketKind,
        maximumMessageBytes: Int?,
        name: SocketName,
        handle: SocketHandle,
        gate: AuthGate?
    ) {
        self.context = context
        self.kind = kind
        self.maximumMessageBytes = maximumMessageBytes ?? .max
        self.name = name
        self.gate = gate
        id = context.reactor.reserveTarget()
        state = Locked(EngineState(handle: handle))
    }

    /// Has the reactor watch the socket.
    func start() throws(ZMQError) {
        // Set before the descriptor is watched: it may be reported at once.
        let descriptor = state.withLock { state in
            state.isArmed = true
            return state.handle.descriptor
        }
        try context.reactor.register(self, as: id, descriptor: descriptor)
    }

    deinit {
        guard isInItsProcess else { return }
        shut()
        context.ledger.retire(id, statistics)
    }

    // MARK: Statistics

    var statistics: SocketStatistics {
        guard isInItsProcess else { return SocketStatistics() }
        return state.withLock { state in
            var statistics = state.statistics
            // They were counted when they were laid out.
            statistics.received -= UInt64(shelf.count)
            state.monitor?.addStatistics(to: &statistics)
            return statistics
        }
    }

    /// Counts a request whose call ended without a reply.
    func countAbandoned() {
        guard isInItsProcess else { return }
        let count = state.withLock { state in
            state.statistics.abandoned += 1
            return state.statistics.abandoned
        }
        logProblem("a request was not answered", count: count)
    }

    // MARK: Preconditions of every call

    /// False in a forked child, where the parent's threads do not exist and its locks may be held for ever.
    @inline(__always)
    var isInItsProcess: Bool { forkGuard.isInItsProcess }

    @inline(__always)
    func checkProcess(_ operation: StaticString) throws(ZMQError) {
        guard isInItsProcess else { throw usedAfterFork(operation) }
    }

    @inline(__always)
    func checkUsable(_ state: inout EngineState, _ operation: StaticString) throws(ZMQError) {
        guard state.isUsable else { throw unusable(state.end, operation) }
    }

    @inline(never)
    private func unusable(_ end: End?, _ operation: StaticString) -> ZMQError {
        switch end {
        case .closed?: error(.closed, operation)
        case .contextTerminated?: error(.contextTerminated, operation)
        case nil: error(.busy, operation, "wait until its withExclusiveAccess returns")
        }
    }

    @inline(never)
    private func usedAfterFork(_ operation: StaticString) -> ZMQError {
        error(.usedAfterFork, operation, "make a new context and new sockets in the child, or start it with exec")
    }

    // MARK: Errors

    func error(_ code: ZMQError.Code, _ operation: StaticString, _ advice: String = "") -> ZMQError {
        ZMQError(code, operation: "\(operation) (\(description))", advice: advice)
    }

    /// The error for libzmq's error number.
    func failure(_ errno: Int32, _ operation: StaticString) -> ZMQError {
        ZMQError.from(errno, "\(operation) (\(description))")
    }

    /// The error that a wait ended with.
    func ended(by reason: WakeReason, _ operation: StaticString) -> ZMQError {
        switch reason {
        case .cancelled: error(.cancelled, operation)
        case .expired: error(.timedOut, operation, whereabouts)
        case .contextTerminated: error(.contextTerminated, operation)
        case .busy: error(.busy, operation, "wait until its withExclusiveAccess returns")
        case .closed, .ready, .readyAtOnce: error(.closed, operation)
        }
    }

    /// Where a peer that did not come in time was looked for.
    private var whereabouts: String {
        let (bound, connected) = state.withLock { ($0.bound, $0.connected) }
        guard !bound.isEmpty || !connected.isEmpty else { return "the socket is neither bound nor connected" }
        func list(_ endpoints: Set<Endpoint>, _ verb: String) -> [String] {
            guard let first = endpoints.first else { return [] }
            return ["\(verb) \(first)\(endpoints.count > 1 ? " and \(endpoints.count - 1) more" : "")"]
        }
        let places = list(connected, "connected to") + list(bound, "bound to")
        return "\(places.joined(separator: ", ")): is a peer there, and does it keep up?"
    }

    /// The kind of socket and where it was made.
    var description: String { name.description }
}
