// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

extension Poll {
    /// Waits until at least one of the sockets is ready.
    ///
    /// Nothing is taken from the sockets, so a wait that is cancelled loses nothing. Each wait names another of the
    /// sockets that are ready first, so that who serves only the first serves all of them in turn.
    ///
    /// - Parameter timeout: How long to wait at most; nil for as long as it takes.
    /// - Returns: The sockets that are ready; none when `timeout` passed first, as `zmq_poll` does.
    /// - Throws: ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/noSubscriptions`` or ``ZMQError/Code/usedAfterFork`` for the first socket that cannot be
    ///   waited at, naming it; ``remove(_:)`` it (see ``unusableSockets``) to go on with the others.
    ///   ``ZMQError/Code/cancelled``; ``ZMQError/Code/busy`` when another task waits with this poll;
    ///   ``ZMQError/Code/invalidArgument`` without sockets, also when the last is removed meanwhile.
    public func wait(timeout: Duration? = nil) async throws(ZMQError) -> Ready {
        guard forkGuard.isInItsProcess else {
            throw ZMQError(.usedAfterFork, operation: "wait (Poll)", advice: "make new sockets and polls in the child")
        }
        let deadline = timeout.map { ContinuousClock.now + $0.countable }
        try begin()
        defer { state.withLock { $0.isWaiting = false } }
        while true {
            guard !Task.isCancelled else { throw ZMQError(.cancelled, operation: operation) }
            let ready = try look()
            guard ready.isEmpty else {
                await yieldIfDue()
                return ready
            }
            // Who only asks, with a timeout of zero, is not to suspend.
            if let deadline, ContinuousClock.now >= deadline { return ready }
            // The context is kept until its reactor has let go of the deadline.
            guard let context = state.withLock({ $0.entries.first?.value.socket.engine.context }) else {
                throw noSockets
            }
            state.withLock { $0.hitsInARow = 0 }
            switch await signals.park(until: deadline, with: context) {
            case .expired: return Ready(items: [])
            case .cancelled: throw ZMQError(.cancelled, operation: operation)
            default: continue
            }
        }
    }

    private var operation: String { "wait (Poll of \(state.withLock { $0.entries.count }) sockets)" }

    private var noSockets: ZMQError {
        ZMQError(.invalidArgument, operation: operation, advice: "add sockets first")
    }

    private func begin() throws(ZMQError) {
        let (isBusy, isEmpty) = state.withLock { state in
            let isBusy = state.isWaiting
            guard !isBusy, !state.entries.isEmpty else { return (isBusy, state.entries.isEmpty) }
            state.isWaiting = true
            return (false, false)
        }
        guard !isBusy else {
            throw ZMQError(.busy, operation: operation, advice: "another task waits with it; make a poll for each task")
        }
        if isEmpty { throw noSockets }
    }

    /// Looks at the sockets that have news.
    private func look() throws(ZMQError) -> Ready {
        var items: [Ready.Item] = []
        var again: [UInt64] = []
        var failure: ZMQError?
        for id in signals.takeNews() {
            guard let entry = state.withLock({ $0.entries[id] }) else { continue }
            do throws(ZMQError) {
                let interest = try entry.socket.engine.look(for: entry.watch)
                guard !interest.isEmpty else { continue }
                items.append(Ready.Item(socket: entry.socket, interest: interest))
            } catch {
                failure = failure ?? error
            }
            again.append(id)
        }
        // Whoever came first this time comes last the next.
        signals.list(again.dropFirst())
        signals.list(again.prefix(1))
        if let failure { throw failure }
        return Ready(items: items)
    }

    /// A loop that never suspends must let other tasks run now and then.
    private func yieldIfDue() async {
        let isDue = state.withLock { state in
            state.hitsInARow += 1
            guard state.hitsInARow >= 64 else { return false }
            state.hitsInARow = 0
            return true
        }
        if isDue { await Task.yield() }
    }

    /// The sockets that were ready when ``Poll/wait(timeout:)`` looked, and for what.
    public struct Ready: Sendable, RandomAccessCollection {
        /// A socket that is ready.
        public struct Item: Sendable {
            /// The socket.
            public let socket: any Socket
            /// What it is ready for, of what was waited for.
            public let interest: Interest
        }

        let items: [Item]

        /// Always zero.
        public var startIndex: Int { 0 }

        /// How many sockets are ready.
        public var endIndex: Int { items.count }

        /// A socket that is ready, and for what.
        public subscript(position: Int) -> Item { items[position] }

        /// Whether a message could be received from the socket. Complexity: O(*n*) in the number of ready sockets.
        public func canReceive(from socket: any Socket) -> Bool { interest(in: socket).contains(.receive) }

        /// Whether a message could be sent to the socket. Complexity: O(*n*) in the number of ready sockets.
        public func canSend(to socket: any Socket) -> Bool { interest(in: socket).contains(.send) }

        private func interest(in socket: any Socket) -> Interest {
            items.first { $0.socket.engine === socket.engine }?.interest ?? []
        }
    }
}
