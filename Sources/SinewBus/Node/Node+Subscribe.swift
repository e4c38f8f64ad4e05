// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
import SinewCore
public import SinewMembership
public import SinewSubjects
import ZeroMQ

extension Node {
    /// Asks for the messages of a filter.
    ///
    /// It returns when every connected peer has confirmed that it knows, or after ``SubscriptionOptions/confirmation``:
    /// ``Subscription/unconfirmed`` then names those who had not.
    ///
    /// - Parameters:
    ///   - filter: Which subjects.
    ///   - queue: The queue group with which they are shared: of all members, on all nodes, one gets each message.
    ///   - options: What becomes of messages when the reader is slow.
    /// - Returns: The messages as they come.
    /// - Throws: `BusError`: `tooManySubscriptions`, `invalidFilter` for one that is too long, `closed`,
    ///   `draining`, `cancelled`.
    public func subscribe(
        _ filter: SubjectFilter,
        queue: QueueGroup? = nil,
        options: SubscriptionOptions = SubscriptionOptions()
    ) async throws(BusError) -> Subscription {
        try await core.subscribe(Interest(filter, group: queue), options, isResponder: false)
    }

    /// Calls a function for each message of a filter, one after the other, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - filter: Which subjects.
    ///   - queue: The queue group with which they are shared.
    ///   - options: What becomes of messages when the function is slow.
    ///   - body: What is called. What it throws ends the subscription.
    /// - Throws: What the function throws, and `BusError` as the form that returns a sequence.
    public func subscribe(
        _ filter: SubjectFilter,
        queue: QueueGroup? = nil,
        options: SubscriptionOptions = SubscriptionOptions(),
        forEach body: (BusMessage) async throws -> Void
    ) async throws {
        let subscription = try await subscribe(filter, queue: queue, options: options)
        defer { subscription.unsubscribe() }
        for try await message in subscription { try await body(message) }
    }
}

extension NodeCore {
    func subscribe(
        _ interest: Interest,
        _ options: SubscriptionOptions,
        isResponder: Bool
    ) async throws(BusError) -> Subscription {
        let (isDraining, isOver) = lifecycle.withLock { ($0.isDraining, $0.isOver) }
        guard !isOver else { throw failure.withLock { $0 } ?? BusError(.closed, "node '\(name)'") }
        guard !isDraining else { throw BusError(.draining, "node '\(name)'") }
        let roomy = options.holding(windowBytes: self.options.windowBytes)
        let subscription = try local.withLock { state throws(BusError) in
            try state.insert(interest, roomy, isResponder: isResponder)
        }
        // Whoever ended the node meanwhile has ended those that there were.
        guard !lifecycle.withLock({ $0.isOver }) else {
            subscription.end(.unsubscribed)
            throw failure.withLock { $0 } ?? BusError(.closed, "node '\(name)'")
        }
        // Here and in the peers' tables; each subscription counts.
        wantHere(interest)
        step(.subscribe(interest))
        let version = control.withLock { $0.machine.interestVersion }
        let reason = await news.wait(until: Monotonic.now.advanced(by: options.confirmation)) {
            self.control.withLock { $0.machine.unconfirmed(version).isEmpty }
        }
        if reason == .cancelled {
            unsubscribe(subscription)
            throw BusError(.cancelled, "the subscription to '\(interest)'")
        }
        let missing = control.withLock { state -> [String] in
            let ids = state.machine.unconfirmed(version)
            return ids.isEmpty ? [] : state.machine.peers(at: Monotonic.now).filter { ids.contains($0.id) }.map(\.name)
        }
        return Subscription(subscription, of: self, unconfirmed: missing)
    }

    func unsubscribe(_ subscription: SubscriptionCore) {
        guard local.withLock({ $0.remove(subscription) }) else { return }
        subscription.end(.unsubscribed)
        notWantHere(subscription.interest)
        step(.unsubscribe(subscription.interest))
        taken(by: subscription)
    }

    private func wantHere(_ interest: Interest) {
        outbound.withLock { $0.addOwn(interest) }
    }

    private func notWantHere(_ interest: Interest) {
        outbound.withLock { $0.removeOwn(interest) }
    }
}
