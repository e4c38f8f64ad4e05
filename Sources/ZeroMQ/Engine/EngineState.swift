// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Everything about a socket that its lock protects.
struct EngineState: ~Copyable {
    var handle: SocketHandle
    var lot = ParkingLot<Waiter>()
    var inbox = Inbox()
    var statistics = SocketStatistics()
    /// Why the socket can no longer be used.
    var end: SocketEngine.End? { didSet { isUsable = end == nil && exclusive == nil } }
    /// Whether the reactor is going to report the descriptor.
    var isArmed = false
    /// When the reactor is going to look at the socket by itself.
    var sweepTime: ContinuousClock.Instant?
    /// The session of the thread that has exclusive access.
    var exclusive: ExclusiveSession? { didSet { isUsable = end == nil && exclusive == nil } }
    /// Whether calls may use the socket: it has not ended, and nobody has exclusive access.
    private(set) var isUsable = true
    /// The last operation on the libzmq socket: each may have consumed a signal that somebody else counts on.
    var moment = Moment.start
    /// Calls that succeeded without suspending since one last did.
    private(set) var hitsInARow = 0
    /// How many of them have been, or are going to be, without the lock since one looked for cancellation.
    private var lentSinceLook = 0
    /// How many messages and bytes had been received when a receive last found nothing.
    private var receivedAtMiss: UInt64 = 0
    private var bytesAtMiss = 0
    /// Where the socket is bound, and what it connects to.
    var bound: Set<Endpoint> = []
    var connected: Set<Endpoint> = []
    /// Whether a request broke off before its last frame, so that libzmq takes what follows for more of it (REQ).
    var isRequestBroken = false
    /// Whether a request is under way (REQ).
    var isTurnTaken = false
    /// What this socket has subscribed to, and how often (SUB).
    var topics: [Topic: Int] = [:]
    /// What this socket's subscribers want (PUB).
    var subscriptions = SubscriptionTable()

    init(handle: SocketHandle) { self.handle = handle }

    /// After this many calls in a row that did not suspend, one yields, so that a busy loop does not keep a thread of
    /// the pool to itself.
    static let hitsBeforeYield = 512

    private static let hitsBetweenLooks = 16

    /// Whether a call may try at once. If not, it takes the way on which it looks for cancellation and may yield.
    @inline(__always)
    mutating func takesHit() -> Bool {
        moment.pass()
        hitsInARow += 1
        let looks = lentSinceLook >= EngineState.hitsBetweenLooks || EngineState.looks(at: hitsInARow)
        return !looks || looksAndMayGoOn()
    }

    /// So many messages were laid out to be taken without asking.
    mutating func lent(_ count: Int) {
        hitsInARow += count
        lentSinceLook += count
    }

    /// Whether this hit is one of the sixteenth that look whether their task was cancelled: asking costs as much as the
    /// lock. Multiples of the golden ratio, and not every sixteenth hit, so that tasks which take turns at the socket
    /// all look soon (Weyl; Knuth, The Art of Computer Programming 3, 6.4).
    @inline(__always)
    private static func looks(at hit: Int) -> Bool {
        UInt64(truncatingIfNeeded: hit) &* 0x9E37_79B9_7F4A_7C15 < 1 << 60
    }

    @inline(never)
    private mutating func looksAndMayGoOn() -> Bool {
        lentSinceLook = 0
        return hitsInARow <= EngineState.hitsBeforeYield && !Task.isCancelled
    }

    /// A receive found nothing: whether a buffer full of messages came since another one did, so that more are probably
    /// on their way.
    ///
    /// Measured: after fewer, who tries again instead of waiting takes the messages one by one as they come, which keeps
    /// everybody busy with waking the other; it is better to let them gather.
    mutating func missesInStream() -> Bool {
        let messages = statistics.received &- exchange(&receivedAtMiss, with: statistics.received)
        let bytes = inbox.bytesTaken &- exchange(&bytesAtMiss, with: inbox.bytesTaken)
        return Int64(bitPattern: messages) >= Inbox.messagesPerSlab || bytes >= Inbox.bytesPerSlab
    }

    /// A call suspends: the next hits count anew.
    mutating func suspends() { hitsInARow = 0 }

    /// A call that took many messages counts for more than one hit.
    mutating func tookBatch(of count: Int) { hitsInARow += 1 + count / 16 }

    /// Whether it is time to let other tasks run; then the next hits count anew.
    mutating func yields() -> Bool {
        guard hitsInARow >= EngineState.hitsBeforeYield else { return false }
        hitsInARow = 0
        return true
    }
}

/// When a call found its socket not ready. As long as no other operation follows, any later change is going to be
/// signalled; otherwise the signal may have been consumed, and who is about to wait must look for himself.
@usableFromInline
struct Moment: Equatable, Sendable {
    private var operations: UInt64 = 0

    /// Before all operations, and so never the moment of one.
    @usableFromInline static let start = Moment()

    @inline(__always)
    mutating func pass() { operations &+= 1 }
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
