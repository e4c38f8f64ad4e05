// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Everything about a socket that its lock protects.
struct EngineState: ~Copyable {
    var handle: SocketHandle
    var lot = ParkingLot<Waiter>()
    /// Who gets what comes, where no calls wait for it.
    var pump: ReceivePump?
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
    /// How long calls have gone on without letting others run.
    private var slice = Slice(at: .now)
    /// How many messages and bytes had been received when a miss was last recorded.
    private var receivedAtMiss: UInt64 = 0
    private var bytesAtMiss = 0
    /// Where the socket is bound, and what it connects to.
    var bound: Set<Endpoint> = []
    var connected: Set<Endpoint> = []
    /// The paths that were chosen for this socket, to be removed when it is not bound there any more.
    var temporaryPaths: [Endpoint: TemporaryPath] = [:]
    /// What reports about the socket's connections, once somebody has asked.
    var monitor: SocketMonitor?
    /// Whether the socket was ever bound or connected to what libzmq reports about.
    var mayHaveConnections = false
    /// Whether a request broke off before its last frame, so that libzmq takes what follows for more of it (REQ).
    var isRequestBroken = false
    /// Whether a request is under way (REQ).
    var isTurnTaken = false
    /// The names this socket gave to peers (ROUTER, STREAM).
    var peerNames = PeerNames()
    /// Whether a running proxy takes the socket's messages.
    var hasProxy = false
    /// What this socket has subscribed to, and how often (SUB).
    var topics: [Topic: Int] = [:]
    /// What this socket's subscribers want (PUB).
    var subscriptions = SubscriptionTable()

    init(handle: SocketHandle) { self.handle = handle }

    /// Whether somebody waits for the socket and nobody is on the way to look after it.
    var needsRecheck: Bool { lot.needsRecheck || pump?.isRunning == false }

    /// Whether a call may try at once. If not, it takes the way on which it looks for cancellation and may yield.
    @inline(__always)
    mutating func takesHit(mustLook: Bool = false) -> Bool {
        moment.pass()
        slice.hit()
        return !(mustLook || Sixteenth.contains(moment.number)) || mayGoOn
    }

    @inline(never)
    private var mayGoOn: Bool { !slice.isLookDue && !Task.isCancelled }

    /// So many messages were laid out, to be taken by calls that are not counted.
    mutating func countAhead(_ count: Int) { slice.hit(count) }

    /// A receive found nothing and may try again: whether a buffer full of messages came since that last happened, so
    /// that more are probably on their way.
    ///
    /// Measured: after fewer, who tries again instead of waiting takes the messages one by one as they come, which
    /// keeps everybody busy with waking the other; it is better to let them gather.
    mutating func recordMiss() -> Bool {
        let messages = statistics.received &- exchange(&receivedAtMiss, with: statistics.received)
        let bytes = inbox.bytesTaken &- exchange(&bytesAtMiss, with: inbox.bytesTaken)
        return Int64(bitPattern: messages) >= Inbox.messagesPerSlab || bytes >= Inbox.bytesPerSlab
    }

    /// A call suspends, so that others run.
    mutating func suspends() { slice.begin(at: .now) }

    /// A call that took many messages counts for more than one hit.
    mutating func tookBatch(of count: Int) { slice.hit(1 + count / 16) }

    /// Whether it is time to let other tasks run; then a new slice begins.
    mutating func yields() -> Bool { slice.isLookDue && slice.isOver(at: .now) }
}

/// When a call found its socket not ready. As long as no other operation follows, any later change is going to be
/// signalled; otherwise the signal may have been consumed, and who is about to wait must look for himself.
@usableFromInline
struct Moment: Equatable, Sendable {
    /// How many operations there were.
    private(set) var number: UInt64 = 0

    /// Before all operations, and so never the moment of one.
    @usableFromInline static let start = Moment()

    @inline(__always)
    mutating func pass() { number &+= 1 }
}
