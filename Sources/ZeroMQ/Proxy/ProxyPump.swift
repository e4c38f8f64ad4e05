// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

/// One direction of a proxy: takes messages from one socket and hands them to another.
struct ProxyPump: Sendable {
    let source: SocketEngine
    let destination: SocketEngine
    let capture: SocketEngine?
    let patience: Duration?
    let total: ProxyTally

    /// How many messages are taken at once.
    static let batch = 64

    /// What a pump has taken and not yet handed over, with what it must remember from one run to the next.
    struct Load: Sendable {
        fileprivate var messages: ArraySlice<Message> = []
        /// What has not been added to the total yet.
        fileprivate var tally = ProxyStatistics.Direction()
        /// Clients whose queues stayed full, so that replies to them need not wait again (ROUTER).
        fileprivate var stalled: Set<Frame> = []
        /// Why the pump ended; nil when it was cancelled.
        var failure: ZMQError?
    }

    /// Moves messages until the task is cancelled or a socket can no longer be used.
    func run(_ load: Load) async -> Load {
        var load = load
        load.failure = nil
        do throws(ZMQError) {
            while true {
                try await deliver(&load)
                load.messages = try await source.receive(upTo: Self.batch, timeout: nil)[...]
            }
        } catch {
            // A cancelled receive has taken nothing, and a cancelled send leaves the message in the load.
            if error.code != .cancelled { load.failure = error }
        }
        commit(&load)
        return load
    }

    /// Hands over what was taken, and waits for room until the time is up; what is left then stays in the load.
    func deliver(_ load: Load, until deadline: ContinuousClock.Instant) async -> Load {
        var load = load
        try? await deliver(&load, until: deadline)
        commit(&load)
        return load
    }

    /// Hands over what was taken, and waits for room where there is none.
    private func deliver(_ load: inout Load, until deadline: ContinuousClock.Instant? = nil) async throws(ZMQError) {
        while let obstacle = handOver(&load) {
            if case .failed(let error) = obstacle { throw error }
            commit(&load)
            try await waitForRoom(&load, until: deadline)
        }
        commit(&load)
    }

    /// Hands over all messages, or those in front of one that must wait or after which none can be sent: then why.
    /// Counts those that can never be sent.
    private func handOver(_ load: inout Load) -> Forwarded.Obstacle? {
        while !load.messages.isEmpty {
            // What the capture is to have must stay.
            let forwarded = destination.forward(load.messages, moves: capture == nil)
            passed(forwarded.count, forwarded.bytes, &load)
            switch forwarded.obstacle {
            case nil: return nil
            case .failed: return forwarded.obstacle
            case .full:
                guard isStalled(&load) else { return .full }
                load.tally.overflowed += 1
            case .unreachable: load.tally.unreachable += 1
            case .unsendable: load.tally.refused += 1
            }
            load.messages.removeFirst()
        }
        return nil
    }

    /// Hands the first message over as soon as there is room; of a client that keeps its queue full, gives up. Throws
    /// when the time for all is up.
    private func waitForRoom(_ load: inout Load, until deadline: ContinuousClock.Instant?) async throws(ZMQError) {
        let message = load.messages[load.messages.startIndex]
        let rest = deadline.map { ContinuousClock.now.duration(to: $0) }
        let timeout = isToRouter ? [patience, rest].compactMap(\.self).min() : rest
        do throws(ZMQError) {
            try await destination.sendEventually(message, to: nil, timeout: timeout)
            return passed(1, UInt64(message.byteCount), &load)
        } catch {
            switch error.code {
            case .timedOut where timeout == rest: throw error
            case .timedOut:
                load.tally.overflowed += 1
                // Bounded: with very many of them, some are waited for once more.
                if load.stalled.count >= 4096 { load.stalled.removeAll() }
                load.stalled.insert(message.first.copy())
            case .unreachable: load.tally.unreachable += 1
            default: throw error
            }
        }
        load.messages.removeFirst()
    }

    private var isToRouter: Bool { destination.kind.type == ZMQ_ROUTER }

    /// Whether the first message is for a client that was waited for already.
    private func isStalled(_ load: inout Load) -> Bool {
        !load.stalled.isEmpty && load.stalled.contains(load.messages[load.messages.startIndex].first)
    }

    /// The first messages have been handed over.
    private func passed(_ count: Int, _ bytes: UInt64, _ load: inout Load) {
        guard count > 0 else { return }
        let messages = load.messages.prefix(count)
        load.messages.removeFirst(count)
        load.tally.messages += UInt64(count)
        load.tally.bytes += bytes
        if !load.stalled.isEmpty {
            for message in messages { load.stalled.remove(message.first) }
        }
        if let capture { copy(messages, to: capture, &load.tally) }
    }

    /// Whatever is wrong with the capture, the traffic goes on. Nothing is moved out of the messages: what was handed
    /// over may share their memory.
    private func copy(
        _ messages: ArraySlice<Message>,
        to capture: SocketEngine,
        _ tally: inout ProxyStatistics.Direction
    ) {
        var rest = messages
        while !rest.isEmpty {
            let forwarded = capture.forward(rest, moves: false)
            tally.captured += UInt64(forwarded.count)
            rest.removeFirst(forwarded.count)
            guard let obstacle = forwarded.obstacle else { return }
            // What is too large for it says nothing about the others.
            let dropped = if case .unsendable = obstacle { 1 } else { rest.count }
            tally.captureDropped += UInt64(dropped)
            rest.removeFirst(dropped)
        }
    }

    private func commit(_ load: inout Load) {
        let tally = exchange(&load.tally, with: ProxyStatistics.Direction())
        total.add(tally)
    }

    /// Hands over what can be handed over without waiting, and puts the rest back where it came from. An error when
    /// that place is no more, so that messages are lost.
    func finish(_ load: consuming Load) -> ZMQError? {
        var load = load
        _ = handOver(&load)
        defer { commit(&load) }
        let count = load.messages.count
        guard count > 0 else { return nil }
        if source.putBack(Array(load.messages)) {
            load.tally.returned += UInt64(count)
            return nil
        }
        load.tally.lost += UInt64(count)
        let isClosed = source.state.withLock { $0.end == .closed }
        let advice = "lost \(count) messages that were on their way; await run() before you close the sockets"
        return source.error(isClosed ? .closed : .contextTerminated, "put back", advice)
    }
}
