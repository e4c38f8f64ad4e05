// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import SinewBusCore
import SinewCore
import ZeroMQ

/// Requests of this node, those that it answers, and whom to tell.
struct RequestState {
    var table: RequestTable
    var responses: ResponseTable
    // For looking up only.
    var waiting: [UInt64: ReplyCore] = [:]
    var handlers: [RequestKey: [Task<Void, Never>]] = [:]
    var alarm: Alarm?
    private var armedFor: Instant?
    /// Answers that are on their way to their lanes.
    var answersUnderWay = 0
    /// Answers that wait for room in their lanes.
    var answersWaiting = 0

    /// Whether nothing is being answered here.
    var isIdle: Bool { responses.count == 0 && answersUnderWay == 0 && answersWaiting == 0 }

    init(maximumOutstanding: Int, maximumConcurrent: Int) {
        table = RequestTable(maximumOutstanding: maximumOutstanding)
        responses = ResponseTable(maximumConcurrent: maximumConcurrent)
    }

    /// The alarm has come; also where it was early, it has to be set again.
    mutating func alarmCame() { armedFor = nil }

    /// Has the alarm come for what is due first.
    mutating func arm() {
        let deadline = [table.nextDeadline, responses.nextDeadline].compactMap(\.self).min()
        guard let deadline, armedFor.map({ deadline < $0 || $0 <= Monotonic.now }) ?? true else { return }
        armedFor = deadline
        alarm?.set(after: Monotonic.now.duration(to: deadline))
    }
}

/// Where the answers to one request wait for the one who asked.
final class ReplyCore: Sendable {
    private struct State {
        var replies: Deque<Reply> = []
        var bytes = 0
        var end: BusError??
        var waiter: Waiter?
    }

    private let state = Locked(State())

    /// The most answers that wait for a slow reader; responders could send without end.
    private static let maximumWaiting = 65_536
    /// The most bytes of them, beyond the first answer.
    private static let maximumBytes = 64 << 20

    /// Whether there was room for it.
    func add(_ reply: Reply) -> Bool {
        let (hasRoom, waiter) = state.withLock { state -> (Bool, Waiter?) in
            let hasRoom = state.replies.isEmpty || state.bytes + reply.size <= Self.maximumBytes
            guard hasRoom, state.replies.count < Self.maximumWaiting else { return (false, nil) }
            state.replies.append(reply)
            state.bytes += reply.size
            return (true, state.waiter.take())
        }
        waiter?.resume(.ready)
        return hasRoom
    }

    /// No further answers come; with an error when there were none.
    func end(_ error: BusError?) {
        let waiter = state.withLock { state in
            if state.end == nil { state.end = .some(error) }
            return state.waiter.take()
        }
        waiter?.resume(.ready)
    }

    /// The next answer; nil at the end.
    func next() async throws(BusError) -> Reply? {
        while true {
            let (reply, end) = state.withLock { state in
                let reply = state.replies.popFirst()
                state.bytes -= reply?.size ?? 0
                return (reply, state.end)
            }
            if let reply { return reply }
            if let end {
                if let error = end { throw error }
                return nil
            }
            let reason = await Waiter.suspend { waiter in
                state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    if !state.replies.isEmpty || state.end != nil { return .ready }
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
