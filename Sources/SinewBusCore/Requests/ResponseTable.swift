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
/// guard let place = table.start(key) else { return }        // when the responder's turn has come
/// if case .send(let isLast) = table.finish(key, at: place) { … }  // when it has an answer or an error
/// ```
public struct ResponseTable: Sendable {
    struct Answering: Sendable {
        /// Those that have not finished, running or not.
        var responders: Int
        /// Those that have started and have not finished.
        var running = 0
        var isWanted = true
        /// Its deadline's, as long as it is wanted.
        let ticket: Int

        /// Whether nothing more happens to it here.
        var isOver: Bool { responders == 0 || (!isWanted && running == 0) }
    }

    /// The most requests that are answered at once.
    public let maximumConcurrent: Int
    /// The most requests of one process that are answered at once, so that one requester does not take all the places.
    public let maximumPerRequester: Int

    private var answering = KeyedSlots<RequestKey, Answering>()
    private var deadlines = DeadlineHeap<RequestKey>()
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
    ) -> ResponseBeginning {
        guard answering.place(of: key) == nil else {
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
        let ticket = deadlines.insert(key, at: now.advanced(by: remaining))
        answering.insert(key, Answering(responders: max(1, responders), ticket: ticket))
        return .begun
    }

    /// Takes note that a responder begins its work.
    ///
    /// - Parameter key: The request; one that is not being answered is no error.
    /// - Returns: The request's place, for ``finish(_:at:)``; nil when it is not to begin, as nobody waits for an
    ///   answer.
    public mutating func start(_ key: RequestKey) -> Int? {
        guard let place = answering.place(of: key) else { return nil }
        let started = answering.update(key, at: place) { request in
            guard request.isWanted, request.running < request.responders else { return false }
            request.running += 1
            return true
        }
        return started == true ? place : nil
    }

    /// Where a request is: whoever keeps something for each that is being answered can keep it there, in an array. No
    /// two have the same place at one time, and places are used again.
    ///
    /// - Parameter key: The request.
    /// - Returns: A number from 0 up, not higher than there have been requests at one time; nil where it is not being
    ///   answered.
    public func place(of key: RequestKey) -> Int? { answering.place(of: key) }

    /// Whether a request is at a place, and somebody still waits for an answer to it. Nothing is hashed.
    ///
    /// - Parameters:
    ///   - key: The request.
    ///   - place: Where it was, or still is.
    public func isWanted(_ key: RequestKey, at place: Int) -> Bool {
        answering.slot(at: place).map { $0.key == key && $0.value.isWanted } ?? false
    }

    /// Whether a request is at a place, whoever waits for it. Nothing is hashed.
    ///
    /// - Parameters:
    ///   - key: The request.
    ///   - place: Where it was, or still is.
    public func isAnswering(_ key: RequestKey, at place: Int) -> Bool { answering.slot(at: place)?.key == key }

    /// Takes note that a responder has finished, with an answer or an error.
    ///
    /// - Parameters:
    ///   - key: The request; one that is not being answered is no error.
    ///   - place: What ``start(_:)`` returned.
    /// - Returns: What is to be done with what it says.
    public mutating func finish(_ key: RequestKey, at place: Int) -> ResponseEnding {
        let finished = answering.update(key, at: place) { request in
            request.responders -= 1
            request.running = max(0, request.running - 1)
            let ticket = request.isWanted ? request.ticket : nil
            return (left: request.responders, ticket: ticket, isOver: request.isOver)
        }
        guard let finished else { return .discard }
        if finished.isOver { remove(key, finished.ticket) }
        guard finished.ticket != nil else {
            counters.discarded += 1
            return .discard
        }
        return .send(isLast: finished.left == 0)
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
            counters.expired += 1
            due.append(next.key)
            _ = unwant(next.key, hasCome: true)
        }
        return due
    }

    /// - Parameter hasCome: Whether it is because its deadline has come, and so is not in the heap any more.
    private mutating func unwant(_ key: RequestKey, hasCome: Bool = false) -> Bool {
        guard let place = answering.place(of: key) else { return false }
        let changed = answering.update(key, at: place) { request -> (ticket: Int, isOver: Bool)? in
            guard request.isWanted else { return nil }
            request.isWanted = false
            return (request.ticket, request.isOver)
        }
        guard case (let ticket, let isOver)?? = changed else { return false }
        if !hasCome { deadlines.remove(ticket) }
        if isOver { remove(key, nil) }
        return true
    }

    /// - Parameter ticket: Its deadline's, if that is still in the heap.
    private mutating func remove(_ key: RequestKey, _ ticket: Int?) {
        answering.remove(key)
        if let ticket { deadlines.remove(ticket) }
        let left = (places[key.requester] ?? 1) - 1
        places[key.requester] = left > 0 ? left : nil
    }
}
