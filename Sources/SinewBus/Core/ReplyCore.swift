// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import SinewBusCore
import SinewCore
import ZeroMQ

/// Where the answers to one request wait for the one who asked.
final class ReplyCore: Sendable {
    private struct State {
        var replies: Deque<Reply> = []
        var bytes = 0
        /// How many answers have come, those among them for which there was no room.
        var count = 0
        var end: End?
        var waiter: Waiter?

        /// Whether no answer comes any more: two that come at the same time may be told in any order.
        var isOver: Bool { end.map { count >= $0.answers } ?? false }
    }

    private struct End {
        let error: BusError?
        /// How many answers belong to the request.
        let answers: Int
    }

    private let state = Locked(State())

    /// The most answers that wait for a slow reader; responders could send without end.
    private static let maximumWaiting = 65_536
    /// The most bytes of them, beyond the first answer.
    private static let maximumBytes = 64 << 20

    /// Whether a reader waits.
    var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    /// Whether there was room for it.
    func add(_ reply: Reply) -> Bool {
        let (hasRoom, waiter) = state.withLock { state -> (Bool, Waiter?) in
            state.count += 1
            let hasRoom = state.replies.isEmpty || state.bytes + reply.size <= Self.maximumBytes
            guard hasRoom, state.replies.count < Self.maximumWaiting else {
                return (false, state.isOver ? state.waiter.take() : nil)
            }
            state.replies.append(reply)
            state.bytes += reply.size
            return (true, state.waiter.take())
        }
        waiter?.resume(.ready)
        return hasRoom
    }

    /// No further answers come; with an error when there were none.
    ///
    /// - Parameter answers: How many there are in all. One that has not been added yet is waited for.
    func end(_ error: BusError?, after answers: Int = 0) {
        let waiter = state.withLock { state -> Waiter? in
            if state.end == nil { state.end = End(error: error, answers: answers) }
            return state.isOver ? state.waiter.take() : nil
        }
        waiter?.resume(.ready)
    }

    /// The next answer; nil at the end.
    func next() async throws(BusError) -> Reply? {
        while true {
            let (reply, end) = state.withLock { state in
                let reply = state.replies.popFirst()
                state.bytes -= reply?.size ?? 0
                return (reply, state.isOver ? state.end : nil)
            }
            if let reply { return reply }
            if let end {
                if let error = end.error { throw error }
                return nil
            }
            let reason = await Waiter.suspend { waiter in
                state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    if !state.replies.isEmpty || state.isOver { return .ready }
                    state.waiter = waiter
                    return nil
                }
            } orLeaving: {
                state.withLock { $0.waiter.take() }
            }
            if reason == .cancelled { throw BusError(.cancelled, "a request") }
        }
    }
}
