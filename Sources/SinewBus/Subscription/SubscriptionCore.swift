// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import ZeroMQ

/// Where the messages of one subscription wait for its reader.
final class SubscriptionCore: Sendable {
    private struct State {
        var queue: SubscriptionQueue<QueuedMessage>
        var waiter: Waiter?
        var end: End?
    }

    enum End {
        case unsubscribed
        case failed(BusError)
    }

    /// What a delivery led to.
    struct Delivered {
        var drops: [DroppedRange] = []
        var isOver = false
    }

    /// Its number among the node's subscriptions.
    let number: Int
    let interest: Interest
    /// Whether requests that come here are answered.
    let isResponder: Bool
    /// Whether it may hold its peers back.
    let isHolding: Bool
    /// Whether a newer message takes the place of an older one of its subject: then a reader takes out one at a time,
    /// because what it holds cannot be replaced.
    private let isKeyed: Bool
    private let state: Locked<State>

    init(number: Int, interest: Interest, options: SubscriptionOptions, isResponder: Bool) {
        self.isResponder = isResponder
        isHolding = options.policy == .wait
        isKeyed = options.policy == .latest
        self.number = number
        self.interest = interest
        state = Locked(State(queue: SubscriptionQueue(limits: options.limits, policy: options.policy)))
    }

    /// Takes messages of a frame in, in order.
    func deliver(_ messages: ContiguousArray<QueuedMessage>, of origin: MessageOrigin) -> Delivered {
        let (waiter, delivered) = state.withLock { state -> (Waiter?, Delivered) in
            guard state.end == nil else { return (nil, Delivered(isOver: true)) }
            let appended = append(messages, of: origin, to: &state)
            var delivered = Delivered()
            if appended.contains(.dropped) { delivered.drops = state.queue.takeDrops() }
            if appended.contains(.ended) {
                let what = "'\(interest)': its reader was slower than its messages came"
                state.end = .failed(BusError(.slowSubscriber, what))
                delivered.isOver = true
            }
            // Who answers is told in another way, and waits here for the end only.
            let waiter = isResponder && !delivered.isOver ? nil : state.waiter.take()
            return (waiter, delivered)
        }
        waiter?.resume(.ready)
        return delivered
    }

    private func append(
        _ messages: ContiguousArray<QueuedMessage>,
        of origin: MessageOrigin,
        to state: inout State
    ) -> Appended {
        var (messages, origin) = (messages, origin)
        // Nearly always: as many messages as are worth the frame.
        if messages.count * 512 < origin.frame.byteCount { compact(&messages, of: &origin) }
        return state.queue.append(MessageRun(origin, messages)) { BusMessage(origin, $0).subjectBytes }
    }

    /// Moves messages that have little of their frame to one of their own.
    private func compact(_ messages: inout ContiguousArray<QueuedMessage>, of origin: inout MessageOrigin) {
        let bytes = messages.reduce(0) { $0 + $1.size }
        guard origin.isWasted(on: bytes) else { return }
        let whole = origin.frame
        var own: [UInt8] = []
        own.reserveCapacity(bytes)
        for index in messages.indices { messages[index].move(from: whole.bytes, to: &own) }
        origin = origin.moved(to: own)
    }

    /// The next message, if one waits, and whether none will come any more.
    func pop() -> (message: BusMessage?, isOver: Bool) {
        state.withLock { state in
            guard let (origin, message) = state.queue.popFirst() else { return (nil, state.end != nil) }
            return (BusMessage(origin, message), false)
        }
    }

    /// Waits until it has ended.
    func ended() async throws(BusError) {
        while true {
            switch state.withLock({ $0.end }) {
            case .unsubscribed?: return
            case .failed(let error)?: throw error
            case nil: break
            }
            let reason = await Waiter.suspend { waiter in
                state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    if state.end != nil { return .ready }
                    state.waiter = waiter
                    return nil
                }
            } orLeaving: {
                state.withLock { $0.waiter.take() }
            }
            if reason == .cancelled { return }
        }
    }

    /// Whether granting more would only make more wait (`SlowPolicy.wait`).
    var holdsBack: Bool { isHolding && state.withLock { $0.end == nil && $0.queue.isOverLimit } }

    /// Ends it; what waits can still be read.
    func end(_ end: End) {
        let waiter = state.withLock { state -> Waiter? in
            if state.end == nil { state.end = end }
            return state.waiter.take()
        }
        waiter?.resume(.ready)
    }

    /// What waits, what was taken and what was dropped.
    var counts: (waiting: Int, taken: UInt64, dropped: UInt64) {
        state.withLock { ($0.queue.count, $0.queue.taken, $0.queue.dropped) }
    }

    /// Takes what waits, or waits until something does; false at the end.
    ///
    /// - Throws: Why the subscription has ended, if not because somebody wanted it to; `cancelled`.
    func take(into batch: inout SubscriptionBatch<QueuedMessage>) async throws(BusError) -> Bool {
        while true {
            let (count, end) = state.withLock { state in
                (state.queue.take(atMost: isKeyed ? 1 : .max, into: &batch), state.end)
            }
            if count > 0 { return true }
            switch end {
            case .unsubscribed?: return false
            case .failed(let error)?: throw error
            case nil: break
            }
            let reason = await Waiter.suspend { waiter in
                state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    if !state.queue.isEmpty || state.end != nil { return .ready }
                    state.waiter = waiter
                    return nil
                }
            } orLeaving: {
                state.withLock { $0.waiter.take() }
            }
            if reason == .cancelled { return false }
        }
    }
}
