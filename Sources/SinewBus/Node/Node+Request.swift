// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
import SinewCore
public import SinewMembership
public import SinewSubjects

extension Node {
    /// Asks, and waits for the first answer; whoever else was asked is told to stop.
    ///
    /// When nobody responds to the subject it fails at once, but not because this node does not know yet: until every
    /// seed, and everybody whom the seeds name, has said what he wants, the request waits within its time. (Somebody
    /// who was named and is silent is waited for as long as a link may take, 5 s.)
    ///
    /// Cancelling the task cancels the responders' tasks.
    ///
    /// - Parameters:
    ///   - payload: The question's bytes.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    ///   - timeout: How long to wait at most; responders are told.
    /// - Returns: The answer.
    /// - Throws: `BusError`: `noResponders`, `timedOut`, `responderLost`, `responderFailed`,
    ///   `responderBusy`, `tooManyRequests`, `cancelled`, and what publishing throws. After `timedOut`, `responderLost`
    ///   and `cancelled` it may have been carried out all the same.
    public func request(
        _ payload: some Sequence<UInt8>,
        to subject: Subject,
        headers: Headers = Headers(),
        timeout: Duration
    ) async throws(BusError) -> Reply {
        let message = Outgoing(subject: subject, payload: Array(payload), headers: headers)
        let (number, replies) = try await core.ask(message, timeout: timeout, mode: .first)
        do throws(BusError) {
            if let reply = try await replies.next() { return reply }
        } catch {
            if error.code == .cancelled { core.giveUp(number) }
            throw BusError(error.code, "'\(subject)': \(error.what)", advice: error.advice, nodes: error.nodes)
        }
        throw BusError(.noResponders, "'\(subject)'")
    }

    /// Asks with a text; see ``request(_:to:headers:timeout:)-(Sequence<UInt8>,_,_,_)``.
    ///
    /// - Parameters:
    ///   - text: The question.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    ///   - timeout: How long to wait at most.
    /// - Returns: The answer.
    /// - Throws: As for bytes.
    public func request(
        _ text: String,
        to subject: Subject,
        headers: Headers = Headers(),
        timeout: Duration
    ) async throws(BusError) -> Reply {
        try await request(text.utf8, to: subject, headers: headers, timeout: timeout)
    }

    /// Asks everybody who responds to a subject, and gives the answers as they come: until all have said their last
    /// word, there are enough, or the time is over.
    ///
    /// - Parameters:
    ///   - payload: The question's bytes.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    ///   - timeout: How long to wait at most, for all of them.
    ///   - limit: How many answers are enough; nil for as many as there are.
    /// - Returns: The answers. Ending the loop early cancels those who still work on one.
    /// - Throws: As ``request(_:to:headers:timeout:)-(Sequence<UInt8>,_,_,_)``.
    public func requestMany(
        _ payload: some Sequence<UInt8>,
        to subject: Subject,
        headers: Headers = Headers(),
        timeout: Duration,
        limit: Int? = nil
    ) async throws(BusError) -> Replies {
        let message = Outgoing(subject: subject, payload: Array(payload), headers: headers)
        let (number, replies) = try await core.ask(message, timeout: timeout, mode: .many(limit: limit))
        return Replies(replies, number: number, node: core)
    }

    /// Asks everybody with a text; see ``requestMany(_:to:headers:timeout:limit:)-(Sequence<UInt8>,_,_,_,_)``.
    ///
    /// - Parameters:
    ///   - text: The question.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    ///   - timeout: How long to wait at most, for all of them.
    ///   - limit: How many answers are enough; nil for as many as there are.
    /// - Returns: The answers.
    /// - Throws: As for bytes.
    public func requestMany(
        _ text: String,
        to subject: Subject,
        headers: Headers = Headers(),
        timeout: Duration,
        limit: Int? = nil
    ) async throws(BusError) -> Replies {
        try await requestMany(text.utf8, to: subject, headers: headers, timeout: timeout, limit: limit)
    }

    /// Answers requests to a filter until the task is cancelled or the node ends.
    ///
    /// Each request has a task of its own, which is cancelled when who asked does not wait any more. What the handler
    /// throws is told to who asked as `responderFailed`, with the error's description: say nothing secret in it.
    ///
    /// - Parameters:
    ///   - filter: Which subjects.
    ///   - queue: The queue group of the responders, of which one is asked; nil lets every one of them answer. Default
    ///     "responders".
    ///   - limit: How many requests are worked on at once; further ones wait. Default 64.
    ///   - executor: Where handlers run; nil for Swift's own threads. ``executor`` is fastest for short answers.
    ///   - onReady: Called once, when every connected peer knows that it can ask here, or `SubscriptionOptions`'
    ///     `confirmation` is over: with the names of those who had not confirmed by then.
    ///   - handler: Makes the answer.
    /// - Throws: `BusError` as ``subscribe(_:queue:options:)``.
    public func respond(
        to filter: SubjectFilter,
        queue: QueueGroup? = .responders,
        limit: Int = 64,
        on executor: (any TaskExecutor)? = nil,
        onReady: (@Sendable (_ unconfirmed: [String]) -> Void)? = nil,
        handler: @escaping @Sendable (BusMessage) async throws -> Response
    ) async throws(BusError) {
        let subscription = try await core.subscribe(
            Interest(filter, group: queue),
            SubscriptionOptions(),
            isResponder: true
        )
        let responder = Responder(of: core, subscription.core, limit: max(1, limit), on: executor, handler)
        core.responders.withLock { $0[subscription.core.number] = responder }
        // What has come before the responder was known.
        responder.pump()
        onReady?(subscription.unconfirmed)
        let end: BusError?
        do throws(BusError) {
            try await subscription.core.ended()
            end = nil
        } catch {
            end = error
        }
        // First of all nothing new: else what comes meanwhile could keep it busy for ever.
        subscription.unsubscribe()
        core.responders.withLock { responders in
            // The number may be another's by now.
            if responders[subscription.core.number] === responder { responders[subscription.core.number] = nil }
        }
        await responder.finished()
        if let end { throw end }
    }
}

extension QueueGroup {
    /// The queue group of responders that are not given one: "responders".
    public static let responders: QueueGroup = "responders"
}

/// The answers to a request that asks many.
public final class Replies: AsyncSequence, Sendable {
    /// One answer.
    public typealias Element = Reply
    /// What reading may throw.
    public typealias Failure = BusError

    private let replies: ReplyCore
    private let number: UInt64
    private let node: NodeCore

    init(_ replies: ReplyCore, number: UInt64, node: NodeCore) {
        self.replies = replies
        self.number = number
        self.node = node
    }

    deinit { node.giveUp(number) }

    /// Goes on where the last iterator stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// Reads one answer after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let replies: Replies

        init(_ replies: Replies) { self.replies = replies }

        /// The next answer; nil when no more come.
        ///
        /// - Throws: Why there was none at all; `cancelled`.
        public mutating func next() async throws(BusError) -> Reply? { try await replies.replies.next() }

        /// The next answer; nil when no more come.
        ///
        /// - Throws: As ``next()``.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(BusError) -> Reply? {
            try await replies.replies.next()
        }
    }
}
