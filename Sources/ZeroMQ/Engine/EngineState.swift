// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Everything about a socket that its lock protects.
struct EngineState: ~Copyable {
    var handle: SocketHandle
    var lot = ParkingLot<Waiter>()
    var inbox = Inbox()
    var statistics = SocketStatistics()
    /// Why the socket can no longer be used.
    var end: SocketEngine.End?
    /// Whether the reactor is going to report the descriptor.
    var isArmed = false
    /// Whether the reactor is going to look at the socket later.
    var isSweepScheduled = false
    /// The session of the thread that has exclusive access.
    var exclusive: ExclusiveSession?
    /// Counts operations on the libzmq socket: each may have consumed a signal that somebody else counts on.
    var operations: UInt64 = 0
    /// Calls that succeeded without suspending since one last did.
    var hitsInARow = 0
    /// Whether a request is under way (REQ).
    var isTurnTaken = false
    /// How many subscriptions this socket has made (SUB).
    var subscriptionCount = 0
    /// What this socket's subscribers want (PUB).
    var subscriptions = SubscriptionTable()

    init(handle: SocketHandle) { self.handle = handle }

    /// After this many calls in a row that did not suspend, one yields, so that a busy loop does not keep a thread of
    /// the pool to itself.
    static let hitsBeforeYield = 512

    @inline(__always)
    mutating func takesHit() -> Bool {
        operations &+= 1
        hitsInARow += 1
        return hitsInARow <= EngineState.hitsBeforeYield
    }
}

/// A parked call.
@safe
struct Waiter: Sendable {
    private let continuation: UnsafeContinuation<WakeReason, Never>

    init(_ continuation: UnsafeContinuation<WakeReason, Never>) { unsafe self.continuation = continuation }

    func resume(_ reason: WakeReason) { unsafe continuation.resume(returning: reason) }
}

extension Woken<Waiter> {
    /// Resumes them all; call it without a lock.
    func resume(_ reason: WakeReason) { forEach { $0.resume(reason) } }
}
