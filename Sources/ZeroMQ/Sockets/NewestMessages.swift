// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The newest message that has come, each time one is asked for; for readers to whom an old value is worth nothing.
///
/// While there is an iterator, a task receives for it, so that senders need not wait for a slow loop, and keeps one
/// message, with all its frames. What nobody gets is counted (``SocketStatistics/discarded``): messages that newer ones
/// replaced, and the one that is kept when a loop is left.
///
/// The sequence ends when the socket is closed or its context shut down, after the message that was kept. It throws
/// ``ZMQError/Code/cancelled`` when the task is cancelled, and what else ends the receiving: ``ZMQError/Code/busy``
/// while a thread has exclusive access, ``ZMQError/Code/noSubscriptions``. Such an error ends it until the next message
/// is asked for.
///
/// It stands for libzmq's `ZMQ_CONFLATE`, with which (4.3.5 and before) a peer that sends one message of two frames can
/// end the receiving process (`Assertion failed: !_more`, libzmq#4399), and which leaks memory. That keeps one message
/// of each peer; this is one over all peers and topics: for one of each, keep a dictionary of your own.
public struct NewestMessages<Element: Sendable>: AsyncSequence, Sendable {
    /// What the sequence throws.
    public typealias Failure = ZMQError

    let messages: Messages<Element>

    /// Starts receiving at once, until the iterator is let go.
    public func makeAsyncIterator() -> AsyncIterator {
        let receiver = NewestReceiver(messages)
        receiver.start()
        return AsyncIterator(lease: NewestLease(receiver))
    }

    /// Hands out one message after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let lease: NewestLease<Element>

        /// The newest message that was not handed out yet; waits for one. Nil once the socket is closed or its context
        /// shut down.
        public mutating func next() async throws(ZMQError) -> Element? { try await lease.receiver.next() }

        /// The newest message that was not handed out yet; waits for one. Nil once the socket is closed or its context
        /// shut down.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ZMQError) -> Element? {
            try await next()
        }
    }
}

extension Messages {
    /// Only the newest of these messages, whenever the next is asked for.
    public var newest: NewestMessages<Element> { NewestMessages(messages: self) }
}

/// An iterator's hold on its receiver: the receiver's task must not be what keeps it going.
private final class NewestLease<Element: Sendable>: Sendable {
    let receiver: NewestReceiver<Element>

    init(_ receiver: NewestReceiver<Element>) { self.receiver = receiver }

    deinit { receiver.leave() }
}
