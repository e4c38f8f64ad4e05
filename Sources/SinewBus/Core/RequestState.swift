// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

/// Requests of this node, those that it answers, and whom to tell.
struct RequestState {
    var table: RequestTable
    var responses: ResponseTable
    /// Who waits, by the places of their requests.
    private var waiting: ContiguousArray<ReplyCore?> = []
    /// The tasks of handlers, by the places of what they answer.
    private var handlers: ContiguousArray<Handlers> = []
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

    /// A request begins.
    mutating func begin(
        to processes: [ProcessID],
        deadline: Instant,
        mode: RequestMode,
        _ replies: ReplyCore,
        at now: Instant
    ) throws(BusError) -> UInt64 {
        let number = try table.begin(to: processes, deadline: deadline, mode: mode, at: now)
        let place = table.place(of: number)
        while waiting.count <= place { waiting.append(nil) }
        waiting[place] = replies
        return number
    }

    /// Takes a reply in; with who waits for it, where somebody does.
    mutating func reply(
        _ number: UInt64,
        from process: ProcessID,
        status: Record.Status,
        isLast: Bool
    ) -> (RequestOutcome, ReplyCore?) {
        let outcome = table.reply(number, from: process, status: status, isLast: isLast)
        if outcome.verdict == .ignored { return (outcome, nil) }
        return (outcome, outcome.isEnd ? takeWaiting(number) : waiting[table.place(of: number)])
    }

    /// Ends a request that its asker does not want any more; whom to tell.
    mutating func cancel(_ number: UInt64) -> [ProcessID] {
        guard table.isUnderWay(number) else { return [] }
        _ = takeWaiting(number)
        return table.cancel(number)
    }

    /// Takes out who waits for a request that has just ended.
    mutating func takeWaiting(_ number: UInt64) -> ReplyCore? { waiting[table.place(of: number)].take() }

    /// All that wait, when no request is answered any more.
    mutating func takeAllWaiting() -> [ReplyCore] {
        defer { waiting = [] }
        _ = table.cancelAll()
        return waiting.compactMap(\.self)
    }

    /// A handler that has begun has this task.
    ///
    /// - Returns: False when nobody waits for its answer any more: whoever called is to cancel it.
    mutating func keep(_ task: Task<Void, Never>, for key: RequestKey, at place: Int) -> Bool {
        guard responses.isWanted(key, at: place) else { return false }
        while handlers.count <= place { handlers.append(Handlers()) }
        handlers[place].add(task, for: key)
        return true
    }

    /// A handler has finished.
    mutating func finish(_ key: RequestKey, at place: Int) -> ResponseEnding {
        let ending = responses.finish(key, at: place)
        // It was the last one: the place is another's from now on.
        if place < handlers.count, !responses.isAnswering(key, at: place) { handlers[place] = Handlers() }
        return ending
    }

    /// Nobody waits for an answer any more.
    ///
    /// - Returns: The tasks to be cancelled.
    mutating func unwant(_ key: RequestKey) -> [Task<Void, Never>] {
        guard let place = responses.place(of: key) else { return [] }
        _ = responses.cancel(key)
        guard place < handlers.count, handlers[place].key == key else { return [] }
        defer { handlers[place] = Handlers() }
        return handlers[place].all
    }

    /// The alarm has come; also where it was early, it has to be set again.
    mutating func alarmCame() { armedFor = nil }

    /// Has the alarm come for what is due first.
    mutating func arm(at now: Instant) {
        let deadline = min(table.nextDeadline ?? .distantFuture, responses.nextDeadline ?? .distantFuture)
        guard deadline < .distantFuture else { return }
        if let armedFor, armedFor <= deadline, armedFor > now { return }
        armedFor = deadline
        alarm?.set(after: now.duration(to: deadline))
    }
}

/// The tasks that work on one request.
struct Handlers {
    private(set) var key: RequestKey?
    /// Nearly always there is no other one.
    private var first: Task<Void, Never>?
    private var others: [Task<Void, Never>] = []

    var all: [Task<Void, Never>] { (first.map { [$0] } ?? []) + others }

    mutating func add(_ task: Task<Void, Never>, for key: RequestKey) {
        // What is left of an earlier one at this place, some of whose responders never began.
        if self.key != key { self = Handlers() }
        self.key = key
        if first == nil { first = task } else { others.append(task) }
    }
}
