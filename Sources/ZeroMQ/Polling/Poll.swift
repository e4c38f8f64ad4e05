// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// Waits for any of several sockets, and takes nothing from them: `zmq_poll` for async code.
///
/// ```swift
/// let poll = try Poll(control, work)
/// while true {
///     let ready = try await poll.wait(timeout: .seconds(1))
///     if ready.canReceive(from: control), let order = try control.tryReceive() {
///         guard order != "stop" else { break }
///     } else if ready.canReceive(from: work), let job = try work.tryReceive() {
///         handle(job) // Only while there are no orders.
///     }
/// }
/// ```
///
/// A socket that is ready is named by every ``wait(timeout:)`` until it is ready no longer, as with `zmq_poll`. Others
/// may use the sockets meanwhile, so use `tryReceive` and `trySend` afterwards: the message may have gone to somebody
/// else. The cost of a wait grows with the number of sockets that have news, not with that of all.
///
/// The poll keeps its sockets alive, and one task at a time waits with it. For messages from several sockets in one
/// loop see ``messages(from:)``.
public final class Poll: Sendable {
    /// What to wait for at a socket, and what it is ready for.
    public struct Interest: OptionSet, Sendable, Hashable {
        /// Which of the two, as bits.
        public let rawValue: UInt8

        /// Makes a set of what the bits say.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// There is a message to receive. libzmq: `ZMQ_POLLIN`.
        public static let receive = Interest(rawValue: 1)
        /// A message can be sent: there is a peer whose queue has room. libzmq: `ZMQ_POLLOUT`.
        public static let send = Interest(rawValue: 2)
    }

    struct Entry {
        let socket: any Socket
        let watch: Watch

        func forget() { socket.engine.forget(watch) }
    }

    struct State {
        var entries: [UInt64: Entry] = [:]
        var ids: [ObjectIdentifier: UInt64] = [:]
        var nextID: UInt64 = 0
        var isWaiting = false
        /// Waits that ended without suspending since one last did.
        var hitsInARow = 0

        mutating func remove(_ socket: any Socket) -> Entry? {
            guard let id = ids.removeValue(forKey: ObjectIdentifier(socket.engine)) else { return nil }
            return entries.removeValue(forKey: id)
        }
    }

    let signals = PollSignals()
    let state = Locked(State())
    let forkGuard = ForkGuard()

    /// A poll without sockets; ``add(_:for:)`` them.
    public init() {}

    /// A poll that waits until one of these sockets can be received from.
    ///
    /// - Throws: As ``add(_:for:)``.
    public convenience init(_ sockets: any Socket...) throws(ZMQError) { try self.init(sockets) }

    /// A poll that waits until one of these sockets can be received from.
    ///
    /// - Throws: As ``add(_:for:)``.
    public init(_ sockets: [any Socket]) throws(ZMQError) {
        for socket in sockets { try add(socket) }
    }

    deinit {
        for entry in state.withLock({ Array($0.entries.values) }) { entry.forget() }
    }

    /// Waits at a socket from now on, also in a wait that is under way. A socket that is here already is waited at for
    /// the new interest instead of the old one.
    ///
    /// - Parameters:
    ///   - socket: Any but REQ, whose calls are whole exchanges.
    ///   - interest: What to wait for. `.send` is for PUSH, DEALER, PAIR and XSUB: for the others libzmq does not say.
    /// - Throws: ``ZMQError/Code/invalidArgument`` for an interest that the socket cannot have.
    public func add(_ socket: any Socket, for interest: Interest = .receive) throws(ZMQError) {
        try socket.engine.check(interest)
        insert(socket, for: interest)
    }

    /// Adds a socket whatever the interest; an empty one waits for its end.
    func insert(_ socket: any Socket, for interest: Interest) {
        let (id, former) = state.withLock { state in
            let former = state.remove(socket)
            let id = state.nextID
            state.nextID += 1
            state.entries[id] = Entry(socket: socket, watch: Watch(signals, id: id, interest: interest))
            state.ids[ObjectIdentifier(socket.engine)] = id
            return (id, former)
        }
        former?.forget()
        signals.signal(id)
    }

    /// Waits at the socket no longer, in a wait that is under way either; does nothing when it is not here.
    public func remove(_ socket: any Socket) {
        guard let entry = state.withLock({ $0.remove(socket) }) else { return }
        entry.forget()
        // A wait that has no sockets left must end.
        signals.signal(entry.watch.id)
    }

    /// The sockets, in the order in which they were added.
    public var sockets: [any Socket] {
        state.withLock { state in state.entries.sorted { $0.key < $1.key }.map(\.value.socket) }
    }

    /// The sockets that ``wait(timeout:)`` fails for as long as they are here: those that were closed, whose context
    /// was shut down, or to which a thread has exclusive access.
    public var unusableSockets: [any Socket] { sockets.filter(\.engine.isUnusable) }
}
