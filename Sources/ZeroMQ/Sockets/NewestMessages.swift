// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore
internal import Synchronization

/// The newest message that has come, each time one is asked for; for readers to whom an old value is worth nothing.
///
/// A task receives while there is an iterator, so that senders need not wait for a slow loop, and keeps one message,
/// with all its frames. What a newer one replaces is counted (``replaced``).
///
/// It stands for libzmq's `ZMQ_CONFLATE`, with which (4.3.5 and before) a peer that sends one message of two frames can
/// end the receiving process (`Assertion failed: !_more`, libzmq#4399), and which leaks memory.
public struct NewestMessages<Element: Sendable>: AsyncSequence, Sendable {
    /// What the sequence throws.
    public typealias Failure = ZMQError

    let messages: Messages<Element>
    private let ledger = NewestLedger()

    init(of messages: Messages<Element>) {
        self.messages = messages
    }

    /// How many messages were received and then replaced by newer ones, by all iterators of this sequence together.
    public var replaced: Int { ledger.replaced.load(ordering: .relaxed) }

    /// Starts receiving at once, until the iterator is let go.
    public func makeAsyncIterator() -> AsyncIterator {
        let (stream, continuation) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: .bufferingNewest(1))
        let end = NewestEnd()
        let receiving = Task { [messages, ledger] in
            do throws(ZMQError) {
                for try await message in messages {
                    if case .enqueued = continuation.yield(message) { continue }
                    ledger.replaced.wrappingAdd(1, ordering: .relaxed)
                }
            } catch {
                end.failure.withLock { $0 = error }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in receiving.cancel() }
        return AsyncIterator(newest: stream.makeAsyncIterator(), end: end, engine: messages.engine)
    }

    /// Hands out one message after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var newest: AsyncStream<Element>.AsyncIterator
        fileprivate let end: NewestEnd
        let engine: SocketEngine

        /// The newest message that was not handed out yet; waits for one. Nil once the socket is closed or its context
        /// shut down.
        ///
        /// - Throws: ``ZMQError/Code/cancelled`` when the task is cancelled.
        public mutating func next() async throws(ZMQError) -> Element? { try await next(isolation: nil) }

        /// The newest message that was not handed out yet; waits for one. Nil once the socket is closed or its context
        /// shut down.
        ///
        /// - Throws: ``ZMQError/Code/cancelled`` when the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ZMQError) -> Element? {
            if let message = await newest.next(isolation: actor) { return message }
            if Task.isCancelled { throw engine.error(.cancelled, "receive") }
            if let error = end.failure.withLock({ $0 }) { throw error }
            return nil
        }
    }
}

extension Messages {
    /// Only the newest of these messages, whenever the next is asked for. Leaving a loop loses the message that was
    /// kept and not yet handed out.
    public var newest: NewestMessages<Element> { NewestMessages(of: self) }
}

/// Why an iterator's task stopped receiving, if by an error.
private final class NewestEnd: Sendable {
    let failure = Locked<ZMQError?>(nil)
}

/// What the iterators of one sequence count together.
private final class NewestLedger: Sendable {
    let replaced = Atomic<Int>(0)
}
