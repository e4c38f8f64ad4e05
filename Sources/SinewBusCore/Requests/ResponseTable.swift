// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The requests that are being answered here.
///
/// A request stays in the table until its last responder has finished, or its time is over. One whose responders run
/// when it is cancelled stays until those have finished: a responder that does not heed the cancellation still takes
/// its place. A responder that never starts, as its queue dropped the request, takes no place beyond its time.
///
/// ```swift
/// guard table.begin(key, responders: 1, remaining: left, at: now) == .begun else { return }
/// guard table.start(key) else { return }                    // when the responder's turn has come
/// if case .send(let isLast) = table.finish(key) { … }       // when it has an answer or an error
/// ```
public struct ResponseTable: Sendable {
    /// What is to be done with a request that came.
    public enum Beginning: Hashable, Sendable {
        /// Run the responders.
        case begun
        /// Answer with ``Record/Status/responderBusy``: as many requests are being answered as there may be.
        case busy
        /// Nothing: it is being answered already.
        case repeated
        /// Nothing: its time is over, so that nobody waits for an answer.
        case expired
    }

    /// What is to be done when a responder has finished.
    public enum Ending: Hashable, Sendable {
        /// Send what it says; with `isLast` no other responder here works on the request.
        case send(isLast: Bool)
        /// Send nothing: the requester has cancelled, has gone, or does not wait any more.
        case discard
    }

    struct Answering: Sendable {
        /// Those that have not finished, running or not.
        var responders: Int
        /// Those that have started and have not finished.
        var running = 0
        var isWanted = true

        /// Whether nothing more happens to it here.
        var isOver: Bool { responders == 0 || (!isWanted && running == 0) }
    }

    /// The most requests that are answered at once.
    public let maximumConcurrent: Int
    /// The most requests of one process that are answered at once, so that one requester does not take all the places.
    public let maximumPerRequester: Int

    private var answering = KeyedSlots<RequestKey, Answering>()
    private var deadlines = Deadlines<RequestKey>()
    /// How many requests of each process are in the table. Only looked up, never iterated over.
    private var places: [ProcessID: Int] = [:]

    /// What was counted.
    public private(set) var counters = ResponseCounters()

    /// An empty table.
    ///
    /// - Parameters:
    ///   - maximumConcurrent: The most requests that are answered at once: 1024. Below 1 counts as 1.
    ///   - maximumPerRequester: The most of one process; nil for half of them all, rounded up. Below 1 counts as 1.
    public init(maximumConcurrent: Int = 1024, maximumPerRequester: Int? = nil) {
        let maximum = max(1, maximumConcurrent)
        self.maximumConcurrent = maximum
        self.maximumPerRequester = max(1, maximumPerRequester ?? (maximum / 2 + maximum % 2))
    }

    /// How many requests are being answered, those among them that nobody waits for any more.
    public var count: Int { answering.count }

    /// When ``expire(at:)`` is wanted, or nil when nothing is being answered.
    public var nextDeadline: Instant? { deadlines.next }

    /// Whether somebody still waits for an answer: false once it was cancelled, and when it has ended.
    ///
    /// - Parameter key: The request.
    public func isWanted(_ key: RequestKey) -> Bool { answering[key]?.isWanted ?? false }

    /// Begins to answer a request.
    ///
    /// - Parameters:
    ///   - key: The request.
    ///   - responders: How many responders here are to answer it; below 1 counts as 1.
    ///   - remaining: How much of its time was left when it came.
    ///   - now: The time.
    /// - Returns: What is to be done.
    public mutating func begin(
        _ key: RequestKey,
        responders: Int = 1,
        remaining: Duration,
        at now: Instant
    ) -> Beginning {
        guard answering[key] == nil else {
            counters.repeated += 1
            return .repeated
        }
        guard remaining > .zero else {
            counters.expired += 1
            return .expired
        }
        let taken = places[key.requester] ?? 0
        guard count < maximumConcurrent, taken < maximumPerRequester else {
            counters.refused += 1
            return .busy
        }
        counters.begun += 1
        places[key.requester] = taken + 1
        answering[key] = Answering(responders: max(1, responders))
        deadlines.set(key, at: now.advanced(by: remaining))
        return .begun
    }

    /// Takes note that a responder begins its work.
    ///
    /// - Parameter key: The request; one that is not being answered is no error.
    /// - Returns: Whether it is to begin: false when nobody waits for an answer. Then do not call ``finish(_:)``.
    public mutating func start(_ key: RequestKey) -> Bool {
        let started = answering.update(key) { request in
            guard request.isWanted, request.running < request.responders else { return false }
            request.running += 1
            return true
        }
        return started ?? false
    }

    /// Takes note that a responder has finished, with an answer or an error.
    ///
    /// - Parameter key: The request; one that is not being answered is no error.
    /// - Returns: What is to be done with what it says.
    public mutating func finish(_ key: RequestKey) -> Ending {
        let finished = answering.update(key) { request in
            request.responders -= 1
            request.running = max(0, request.running - 1)
            return request
        }
        guard let request = finished else { return .discard }
        removeIfOver(key)
        guard request.isWanted else {
            counters.discarded += 1
            return .discard
        }
        return .send(isLast: request.responders == 0)
    }

    /// Takes note that the requester has cancelled a request.
    ///
    /// - Parameter key: The request; one that is not being answered is no error.
    /// - Returns: Whether its responders are to be cancelled: false when there are none, or they have been.
    public mutating func cancel(_ key: RequestKey) -> Bool {
        guard unwant(key) else { return false }
        counters.cancelled += 1
        return true
    }

    /// Takes note that a process has gone: nobody waits for answers to its requests.
    ///
    /// - Parameter requester: The process.
    /// - Returns: The requests whose responders are to be cancelled, in order.
    /// - Complexity: O(*n*) for *n* requests being answered.
    public mutating func peerGone(_ requester: ProcessID) -> [RequestKey] {
        let gone = answering.keys { $0.requester == requester && $1.isWanted }
        for key in gone where unwant(key) { counters.cancelled += 1 }
        return gone
    }

    /// Takes note of all requests whose time is over: nobody waits for them.
    ///
    /// - Parameter now: The time.
    /// - Returns: The requests whose responders are to be cancelled, by deadline, then key.
    public mutating func expire(at now: Instant) -> [RequestKey] {
        var due: [RequestKey] = []
        while let next = deadlines.popExpired(at: now) {
            guard unwant(next.key) else { continue }
            counters.expired += 1
            due.append(next.key)
        }
        return due
    }

    private mutating func unwant(_ key: RequestKey) -> Bool {
        let changed = answering.update(key) { request in
            defer { request.isWanted = false }
            return request.isWanted
        }
        deadlines.cancel(key)
        removeIfOver(key)
        return changed ?? false
    }

    private mutating func removeIfOver(_ key: RequestKey) {
        guard answering[key]?.isOver ?? false else { return }
        answering.remove(key)
        deadlines.cancel(key)
        let left = (places[key.requester] ?? 1) - 1
        places[key.requester] = left > 0 ? left : nil
    }
}
