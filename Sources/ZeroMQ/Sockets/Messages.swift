// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// The messages of a socket, as they come.
///
/// The sequence ends when the socket is closed or its context is shut down. It throws ``ZMQError/Code/cancelled`` when
/// the task is cancelled; messages that were not delivered stay in the socket.
public struct Messages<Element: Sendable>: AsyncSequence, Sendable {
    /// What the sequence throws.
    public typealias Failure = ZMQError

    let engine: SocketEngine
    /// What a message from libzmq is to the caller; nil when it does not follow the pattern.
    let convert: @Sendable (Message) -> Element?

    /// Starts receiving with the first call of `next`.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(engine: engine, convert: convert) }

    /// Receives one message after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let engine: SocketEngine
        let convert: @Sendable (Message) -> Element?

        /// The next message; nil once the socket is closed or its context shut down.
        public mutating func next() async throws(ZMQError) -> Element? {
            do throws(ZMQError) {
                return try await engine.receiveNext(timeout: nil, convert)
            } catch {
                if error.code == .closed || error.code == .contextTerminated { return nil }
                throw error
            }
        }

        /// The next message; nil once the socket is closed or its context shut down.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ZMQError) -> Element? {
            try await next()
        }
    }
}

extension SocketEngine {
    /// The next message that follows the pattern; others are counted and skipped.
    func receiveNext<Element>(
        timeout: Duration?,
        _ convert: (Message) -> Element?
    ) async throws(ZMQError) -> Element {
        let deadline = deadline(after: timeout)
        while true {
            var miss = Moment.start
            let message: Message
            if let next = try receiveAtOnce(&miss) {
                message = next
            } else {
                let timeout = deadline.map { ContinuousClock.now.duration(to: $0) }
                message = try await receiveEventually(after: miss, timeout: timeout)
            }
            if let element = convert(message) { return element }
            countMalformed()
            try goOn(until: deadline)
        }
    }

    /// Between 1 and `limit` messages that follow the pattern; others are counted and skipped.
    func receiveNext<Element>(
        upTo limit: Int,
        timeout: Duration?,
        _ convert: (Message) -> Element?
    ) async throws(ZMQError) -> [Element] {
        let deadline = deadline(after: timeout)
        while true {
            let timeout = deadline.map { ContinuousClock.now.duration(to: $0) }
            var elements: [Element] = []
            for message in try await receive(upTo: limit, timeout: timeout) {
                if let element = convert(message) { elements.append(element) } else { countMalformed() }
            }
            if !elements.isEmpty { return elements }
            try goOn(until: deadline)
        }
    }

    /// The next message that follows the pattern, if there is one now.
    func tryReceiveNext<Element>(_ convert: (Message) -> Element?) throws(ZMQError) -> Element? {
        // A peer that sends nothing else must not keep the caller here.
        for _ in 0..<Inbox.messagesPerCall {
            guard let message = try tryReceive() else { return nil }
            if let element = convert(message) { return element }
            countMalformed()
        }
        return nil
    }

    /// Peers that send nothing that follows the pattern must not keep a call beyond its deadline or its cancellation.
    private func goOn(until deadline: ContinuousClock.Instant?) throws(ZMQError) {
        if let deadline, ContinuousClock.now >= deadline { throw error(.timedOut, "receive") }
        if Task.isCancelled { throw error(.cancelled, "receive") }
    }

    func countMalformed() {
        let count = state.withLock { state in
            state.statistics.malformed += 1
            return state.statistics.malformed
        }
        logProblem(Self.malformedMessage, count: count)
    }

    /// What the log says of them.
    static let malformedMessage = "a message did not follow the pattern and was skipped"
}
