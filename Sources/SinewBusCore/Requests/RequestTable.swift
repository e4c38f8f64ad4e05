// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The requests that this node has sent and that have not ended.
///
/// Each request ends exactly once: with its last answer, because nobody is left who could answer, because its time is
/// over, or because the requester cancels it. Whoever still works on it then is told to stop: the lists of processes
/// that the methods return are those to send a cancellation to.
///
/// ```swift
/// let id = try table.begin(to: peers, deadline: deadline, mode: .first, at: now)
/// let outcome = table.reply(id, from: peer, status: .ok, isLast: true)
/// for peer in outcome.cancels { send(.cancel(id), to: peer) }
/// ```
public struct RequestTable: Sendable {
    /// The number of requests under way that there can be: 65 536.
    public static let defaultMaximumOutstanding = 65_536

    /// The most requests that can be under way.
    public let maximumOutstanding: Int

    var requests: NumberedSlots<OutstandingRequest>
    private var deadlines = DeadlineHeap<UInt64>()

    /// What was counted.
    public internal(set) var counters = RequestCounters()

    /// An empty table.
    ///
    /// - Parameter maximumOutstanding: The most requests that can be under way; below 1 counts as 1, and beyond 2^20 as
    ///   2^20, which leaves room for numbers.
    public init(maximumOutstanding: Int = Self.defaultMaximumOutstanding) {
        self.maximumOutstanding = min(max(1, maximumOutstanding), 1 << 20)
        requests = NumberedSlots(capacity: self.maximumOutstanding)
    }

    /// How many requests are under way.
    public var count: Int { requests.count }

    /// When ``expire(at:)`` is wanted, or nil when no request is under way.
    public var nextDeadline: Instant? { deadlines.next }

    /// Begins a request. Send it to all the processes; to one that cannot be sent it, say so with
    /// ``reply(_:from:status:isLast:)`` and ``Record/Status/responderBusy``.
    ///
    /// - Parameters:
    ///   - peers: The processes that are asked, in any order; one that is there twice is asked once.
    ///   - deadline: When the request's time is over.
    ///   - mode: How many answers are wanted.
    ///   - now: The time.
    /// - Returns: The request's number, which no other one of this table gets. Not 0.
    /// - Throws: ``BusError`` with ``BusError/Code/noResponders`` when nobody is asked, ``BusError/Code/timedOut`` when
    ///   the time is over, and ``BusError/Code/tooManyRequests``.
    /// - Complexity: O(*p* log *p* + log *n*) for *p* processes and *n* requests under way; nothing is hashed.
    public mutating func begin(
        to peers: [ProcessID],
        deadline: Instant,
        mode: RequestMode,
        at now: Instant
    ) throws(BusError) -> UInt64 {
        guard !peers.isEmpty else { throw BusError(.noResponders, "nobody was asked") }
        guard deadline > now else { throw BusError(.timedOut, "the request was not sent") }
        guard count < maximumOutstanding else {
            counters.refused += 1
            throw BusError(.tooManyRequests, "\(maximumOutstanding) are under way")
        }
        counters.begun += 1
        let ticket = deadlines.insert(requests.nextNumber, at: deadline)
        return requests.insert(OutstandingRequest(asked: peers, mode: mode, ticket: ticket))
    }

    /// Whether a request has begun and not ended.
    ///
    /// - Parameter id: The request's number.
    public func isUnderWay(_ id: UInt64) -> Bool { requests[id] != nil }

    /// Where whoever keeps something for each request can keep it: no two requests under way have the same place, and
    /// places are used again.
    ///
    /// - Parameter id: The number of a request under way, or of one that has just ended.
    /// - Returns: A number from 0 up, and not higher than there have been requests at one time.
    public func place(of id: UInt64) -> Int { requests.place(of: id) }

    /// Takes a reply in.
    ///
    /// - Parameters:
    ///   - id: The number of the request that it answers.
    ///   - peer: The process that it came from.
    ///   - status: What it says.
    ///   - isLast: Whether the process says nothing more to this request: no other responder there works on it. After
    ///     ``Record/Status/noResponder`` and ``Record/Status/responderBusy`` nothing more comes in any case.
    /// - Returns: What is to be done.
    public mutating func reply(
        _ id: UInt64,
        from peer: ProcessID,
        status: Record.Status,
        isLast: Bool
    ) -> RequestOutcome {
        guard let outcome = requests.update(id, { $0.reply(from: peer, status: status, isLast: isLast) }) else {
            if requests.isPast(id) { counters.lateReplies += 1 } else { counters.strangeReplies += 1 }
            return RequestOutcome(.ignored)
        }
        if outcome.verdict == .ignored { counters.strangeReplies += 1 }
        if outcome.isEnd { remove(id, outcome) }
        return outcome
    }

    /// Gives a process up that has gone: it answers nothing more.
    ///
    /// - Parameter peer: The process.
    /// - Returns: The requests that ended because nobody is left who could answer, by number.
    /// - Complexity: O(*n*) for *n* requests under way.
    public mutating func peerGone(_ peer: ProcessID) -> [EndedRequest] {
        requests.numbers { $0.isWorking(peer) }.compactMap { id in
            guard let outcome = requests.update(id, { $0.lose(peer) }), outcome.isEnd else { return nil }
            remove(id, outcome)
            return EndedRequest(id: id, outcome: outcome)
        }
    }

    /// Ends a request because the requester does not want it any more.
    ///
    /// - Parameter id: The request's number; one that has ended is no error.
    /// - Returns: The processes to send a cancellation to, in order.
    public mutating func cancel(_ id: UInt64) -> [ProcessID] {
        guard let request = requests.remove(id) else { return [] }
        deadlines.remove(request.ticket)
        counters.cancelled += 1
        return request.working
    }

    /// Ends all requests: this node goes down.
    ///
    /// - Returns: What was under way, by number; each failed with ``BusError/Code/closed``.
    public mutating func cancelAll() -> [EndedRequest] {
        requests.numbers { _ in true }.map { id in
            let tally = requests[id]?.tally ?? RequestTally()
            return EndedRequest(id: id, outcome: RequestOutcome(.failed(.closed), cancels: cancel(id), tally: tally))
        }
    }

    /// Ends the requests whose time is over.
    ///
    /// - Parameter now: The time.
    /// - Returns: Those requests, by deadline, then number: failed with ``BusError/Code/timedOut``, or finished where
    ///   there were answers.
    public mutating func expire(at now: Instant) -> [EndedRequest] {
        var ended: [EndedRequest] = []
        while let due = deadlines.popExpired(at: now) {
            guard let request = requests.remove(due.key) else { continue }
            let outcome = request.end(timedOut: true)
            if request.tally.answers == 0 { counters.timedOut += 1 }
            count(outcome)
            ended.append(EndedRequest(id: due.key, outcome: outcome))
        }
        return ended
    }

    private mutating func remove(_ id: UInt64, _ outcome: RequestOutcome) {
        if let request = requests.remove(id) { deadlines.remove(request.ticket) }
        count(outcome)
    }

    private mutating func count(_ outcome: RequestOutcome) {
        if case .failed = outcome.verdict { counters.failed += 1 } else { counters.answered += 1 }
    }
}
