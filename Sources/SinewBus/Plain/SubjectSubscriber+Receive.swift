// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore
internal import SinewSubjects
public import ZeroMQ

extension SubjectSubscriber {
    /// The messages as they come, until the subscriber is closed or its context shut down.
    public var messages: SubjectMessages { SubjectMessages(subscriber: self) }

    /// Receives the next message that a subscription matches; suspends until there is one.
    ///
    /// A call that is cancelled or times out takes no such message with it. What nobody asked for does not keep it
    /// beyond its deadline or its cancellation.
    ///
    /// - Parameter timeout: How long to wait at most; nil, the default, for as long as it takes.
    /// - Throws: `ZMQError` with the code `timedOut`, `cancelled`, `closed`, `contextTerminated`, or `noSubscriptions`
    ///   when it would have to wait and there is no subscription.
    public func receive(timeout: Duration? = nil) async throws(ZMQError) -> SubjectMessage {
        // Neither negative nor longer than anybody waits: far from where arithmetic ends.
        var remaining = timeout.map { min(max($0, .zero), .seconds(1 << 32)) }
        let deadline = remaining.map { ContinuousClock.now + $0 }
        while true {
            // It looks for cancellation also while there is always something to receive.
            let message = try await socket.receive(timeout: remaining)
            if let found = take(message) { return found }
            remaining = deadline.map { ContinuousClock.now.duration(to: $0) }
            if let remaining, remaining <= .zero {
                let advice = "only messages that nobody asked for came; see SubjectSubscriber.statistics"
                throw ZMQError(.timedOut, operation: Self.receiving, advice: advice)
            }
        }
    }

    /// Receives a message that a subscription matches if there is one now. Of what nobody asked for it looks at 64
    /// messages at most.
    ///
    /// - Returns: Nil when there is none.
    /// - Throws: `ZMQError.Code.closed`, `ZMQError.Code.contextTerminated`.
    public func tryReceive() throws(ZMQError) -> SubjectMessage? {
        for _ in 0..<64 {
            guard let message = try socket.tryReceive() else { return nil }
            if let found = take(message) { return found }
        }
        return nil
    }

    private static let receiving = "receive (SubjectSubscriber)"

    /// What a message is to the caller; nil, and counted, when it is nothing.
    private func take(_ message: Message) -> SubjectMessage? {
        guard let subject = try? Subject(bytes: message.array, grammar: grammar) else {
            table.withLock { $0.statistics.count(\.invalidSubject) }
            return nil
        }
        guard message.isMultipart else {
            table.withLock { $0.statistics.count(\.withoutPayload) }
            return nil
        }
        let subscriptions = table.withLock { $0.match(subject) }
        guard !subscriptions.isEmpty else { return nil }
        return SubjectMessage(subject: subject, message: message, subscriptions: subscriptions)
    }
}
