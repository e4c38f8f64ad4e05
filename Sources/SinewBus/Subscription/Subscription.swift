// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
public import SinewMembership
public import SinewSubjects

/// The messages of a filter, as they come.
///
/// One task reads it. It ends when ``unsubscribe()`` was called or the node has ended, after what was there until then;
/// it also ends when nobody refers to it any more.
///
/// ```swift
/// for try await message in try await node.subscribe("orders.*.new") {
///     print(message.subject, message.payload.string)
/// }
/// ```
public final class Subscription: AsyncSequence, Sendable {
    /// One message.
    public typealias Element = BusMessage
    /// What reading may throw.
    public typealias Failure = BusError

    let core: SubscriptionCore
    private let node: NodeCore
    /// The names of the connected peers that had not confirmed in time that they know of the subscription; empty when
    /// all had. Messages of those may have been missed until they do.
    public let unconfirmed: [String]

    init(_ core: SubscriptionCore, of node: NodeCore, unconfirmed: [String]) {
        self.core = core
        self.node = node
        self.unconfirmed = unconfirmed
    }

    deinit { node.unsubscribe(core) }

    /// Which subjects.
    public var filter: SubjectFilter { core.interest.filter }

    /// The queue group with which the messages are shared; nil when all of them come here.
    public var queue: QueueGroup? { core.interest.group }

    /// How many messages wait to be read.
    public var waiting: Int { core.counts.waiting }

    /// How many messages were dropped because the reader was too slow; ``BusEvent/Kind/slowSubscriber(filter:_:)`` says
    /// which.
    public var dropped: UInt64 { core.counts.dropped }

    /// Asks for no more; what has come can still be read.
    public func unsubscribe() { node.unsubscribe(core) }

    /// Goes on where the last iterator stopped, but for what that had taken out already.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// Reads one message after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let subscription: Subscription
        private var batch = SubscriptionBatch<QueuedMessage>()
        private var run: MessageRun<QueuedMessage>?
        private var hits = 0

        init(_ subscription: Subscription) { self.subscription = subscription }

        /// The next message; nil at the end, or when the task is cancelled.
        ///
        /// - Throws: `BusError` with `slowSubscriber` where the policy is to disconnect.
        public mutating func next() async throws(BusError) -> BusMessage? {
            guard let message = pop() else { return try await refill() }
            hits &+= 1
            // A loop that always finds a message must not keep a thread of the pool to itself.
            if hits & 1023 == 0 { await Task.yield() }
            return message
        }

        /// The next message; nil at the end, or when the task is cancelled.
        ///
        /// - Throws: As ``next()``.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(BusError) -> BusMessage? {
            guard let message = pop() else { return try await refill() }
            hits &+= 1
            if hits & 1023 == 0 { await Task.yield() }
            return message
        }

        @inline(__always)
        private mutating func pop() -> BusMessage? {
            guard let message = run?.popFirst(), let origin = run?.origin else { return turn() }
            return BusMessage(origin, message)
        }

        /// Goes on to the next frame.
        @inline(never)
        private mutating func turn() -> BusMessage? {
            run = batch.popFirst()
            guard let message = run?.popFirst(), let origin = run?.origin else { return nil }
            return BusMessage(origin, message)
        }

        @inline(never)
        private mutating func refill() async throws(BusError) -> BusMessage? {
            guard try await subscription.core.take(into: &batch) else { return nil }
            subscription.node.taken(by: subscription.core)
            return turn()
        }
    }
}
