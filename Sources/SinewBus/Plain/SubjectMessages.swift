// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import ZeroMQ

/// The messages of a ``SubjectSubscriber``, as they come.
///
/// The sequence ends when the subscriber is closed or its context is shut down. It throws `ZMQError` with the code
/// `cancelled` when the task is cancelled, and `noSubscriptions` when it would wait though there is no subscription.
/// Messages that were not delivered stay in the socket: several loops may run at once, each message goes to one of
/// them, and leaving a loop loses nothing.
public struct SubjectMessages: AsyncSequence, Sendable {
    /// A message that at least one subscription matches.
    public typealias Element = SubjectMessage
    /// What the sequence throws.
    public typealias Failure = ZMQError

    let subscriber: SubjectSubscriber

    /// Starts receiving with the first call of `next`.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(subscriber: subscriber) }

    /// Receives one message after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let subscriber: SubjectSubscriber

        /// The next message; nil once the subscriber is closed or its context shut down.
        public mutating func next() async throws(ZMQError) -> SubjectMessage? {
            do throws(ZMQError) {
                return try await subscriber.receive()
            } catch {
                if error.code == .closed || error.code == .contextTerminated { return nil }
                throw error
            }
        }

        /// The next message; nil once the subscriber is closed or its context shut down.
        ///
        /// - Parameter actor: Whom the caller is isolated to; it makes no difference.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ZMQError) -> SubjectMessage? {
            try await next()
        }
    }
}
