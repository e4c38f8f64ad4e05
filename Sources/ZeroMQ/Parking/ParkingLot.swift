// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why a parked call goes on.
package enum WakeReason: Sendable {
    /// The socket may be ready: try, and park again if it was not.
    case ready
    /// The socket is ready already, so the call never parked.
    case readyAtOnce
    case cancelled
    case expired
    case closed
    case contextTerminated
    /// Another thread takes exclusive access.
    case busy
}

/// What a call waits for.
enum Lane: UInt8, Sendable, CaseIterable {
    case receive, send
    /// The turn to use a socket whose exchanges must not overlap (REQ).
    case turn
    /// A change of what a publisher knows about its subscribers.
    case observe
}

/// Who waits at a socket, and who was woken and has not tried yet: the logic behind async send and receive, as a value.
///
/// At most one waiter per direction is in flight: woken, but not yet back. It tries for itself, so that a waiter which
/// is cancelled in between takes nothing with it. ``needsRecheck`` says that the socket's readiness may concern a
/// waiter whom nobody is going to tell, because the operation that just happened consumed libzmq's signal.
/// Source: the rules of libzmq's edge-triggered `ZMQ_FD`, as listed in Documentation/architecture.md.
struct ParkingLot<Waiter> {
    private var receivers = WaitQueue<Waiter>()
    private var senders = WaitQueue<Waiter>()
    private var turns = WaitQueue<Waiter>()
    private var observers = WaitQueue<Waiter>()
    /// Who waits at several sockets at once, this one among them.
    private var watches: [ObjectIdentifier: Watch] = [:]
    private(set) var receiverInFlight = false
    private(set) var senderInFlight = false
    /// How many wait here, watches included.
    private(set) var parkedCount = 0

    /// Whether somebody waits for the socket and nobody is on the way to look after it.
    var needsRecheck: Bool {
        guard parkedCount > 0 else { return false }
        return (!receivers.isEmpty && !receiverInFlight) || (!senders.isEmpty && !senderInFlight)
            || !observers.isEmpty || !watches.isEmpty
    }

    var isEmpty: Bool { parkedCount == 0 }

    var hasSenders: Bool { !senders.isEmpty }

    mutating func reserveKey(in lane: Lane, atFront: Bool) -> Int64 {
        withQueue(lane) { $0.reserveKey(atFront: atFront) }
    }

    mutating func park(_ waiter: Waiter, in lane: Lane, key: Int64) {
        withQueue(lane) { $0.insert(waiter, key: key) }
        parkedCount += 1
    }

    /// Takes out a waiter that was cancelled or expired; nil when it was woken already.
    mutating func leave(_ key: Int64, in lane: Lane) -> Waiter? {
        let waiter = withQueue(lane) { $0.remove(key) }
        if waiter != nil { parkedCount -= 1 }
        return waiter
    }

    /// Adds a watch, which is woken once, whoever else is.
    mutating func insert(_ watch: Watch) {
        if watches.updateValue(watch, forKey: ObjectIdentifier(watch)) == nil { parkedCount += 1 }
    }

    /// Takes a watch out, if it is there.
    mutating func remove(_ watch: Watch) {
        if watches.removeValue(forKey: ObjectIdentifier(watch)) != nil { parkedCount -= 1 }
    }

    /// The one that was woken in this lane is back and tries now.
    mutating func returned(to lane: Lane) {
        switch lane {
        case .receive: receiverInFlight = false
        case .send: senderInFlight = false
        case .turn, .observe: break
        }
    }

    private mutating func withQueue<Result>(_ lane: Lane, _ body: (inout WaitQueue<Waiter>) -> Result) -> Result {
        switch lane {
        case .receive: body(&receivers)
        case .send: body(&senders)
        case .turn: body(&turns)
        case .observe: body(&observers)
        }
    }
}

/// Who is woken.
extension ParkingLot {
    /// Wakes the first waiter of each direction that the socket is ready for, unless one is in flight, and the watches.
    mutating func wake(canReceive: Bool, canSend: Bool, into woken: inout Woken<Waiter>) {
        if canReceive, !receiverInFlight, let waiter = receivers.popFirst() {
            receiverInFlight = true
            parkedCount -= 1
            woken.append(waiter)
        }
        if canSend, !senderInFlight, let waiter = senders.popFirst() {
            senderInFlight = true
            parkedCount -= 1
            woken.append(waiter)
        }
        if !watches.isEmpty { wakeWatches(canReceive: canReceive, canSend: canSend, into: &woken) }
    }

    private mutating func wakeWatches(canReceive: Bool, canSend: Bool, into woken: inout Woken<Waiter>) {
        for watch in watches.values where watch.isConcerned(canReceive: canReceive, canSend: canSend) {
            remove(watch)
            woken.append(watch)
        }
    }

    /// Wakes everybody in a lane.
    mutating func wakeAll(in lane: Lane, into woken: inout Woken<Waiter>) {
        let waiters = withQueue(lane) { $0.removeAll() }
        parkedCount -= waiters.count
        for waiter in waiters { woken.append(waiter) }
    }

    /// Wakes the first in a lane without counting it as in flight.
    mutating func wakeFirst(in lane: Lane) -> Waiter? {
        let waiter = withQueue(lane) { $0.popFirst() }
        if waiter != nil { parkedCount -= 1 }
        return waiter
    }

    mutating func wakeEverybody(into woken: inout Woken<Waiter>) {
        for lane in Lane.allCases { wakeAll(in: lane, into: &woken) }
        for watch in watches.values { woken.append(watch) }
        parkedCount -= watches.count
        watches.removeAll()
    }
}

/// Waiters to resume once the lock is released; no allocation for the usual one or two.
struct Woken<Waiter> {
    private var first: Waiter?
    private var second: Waiter?
    private var rest: [Waiter] = []
    /// Who waits at several sockets at once.
    private(set) var watches: [Watch] = []

    init() {}

    mutating func append(_ watch: Watch) { watches.append(watch) }

    mutating func append(_ waiter: Waiter) {
        if first == nil {
            first = waiter
        } else if second == nil {
            second = waiter
        } else {
            rest.append(waiter)
        }
    }

    func forEach(_ body: (Waiter) -> Void) {
        if let first { body(first) }
        if let second { body(second) }
        for waiter in rest { body(waiter) }
    }
}
