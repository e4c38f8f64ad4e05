// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Waits for any of several sockets that the calling thread has to itself: `zmq_poll` inside
/// ``ExclusiveSocket/withExclusiveAccess(_:)``.
///
/// ```swift
/// try control.withExclusiveAccess { control in
///     try work.withExclusiveAccess { work in
///         while true {
///             let (hasOrder, hasJob) = try ExclusivePoll.wait(control, work)
///             if hasOrder.contains(.receive), try control.receive() == "stop" { return }
///             if hasJob.contains(.receive) { handle(try work.receive()) }
///         }
///     }
/// }
/// ```
///
/// Nothing is taken from the sockets. The thread sleeps in `poll(2)`; closing one of the sockets or shutting down its
/// context ends the wait.
public enum ExclusivePoll {
    /// Waits until one of two sockets is ready.
    ///
    /// - Parameters:
    ///   - first: A socket.
    ///   - second: Another socket.
    ///   - interest: What to wait for, the same at each socket; see ``Poll/add(_:for:)``.
    ///   - timeout: How long to wait at most; nil for as long as it takes.
    /// - Returns: What each socket is ready for; nothing at each when `timeout` passed first.
    /// - Throws: ``ZMQError/Code/closed`` or ``ZMQError/Code/contextTerminated`` naming the socket,
    ///   ``ZMQError/Code/noSubscriptions``, ``ZMQError/Code/invalidArgument`` for an interest that a socket cannot have,
    ///   ``ZMQError/Code/fileDescriptorBudget``, ``ZMQError/Code/usedAfterFork``.
    public static func wait<First, Second>(
        _ first: borrowing ExclusiveAccess<First>,
        _ second: borrowing ExclusiveAccess<Second>,
        for interest: Poll.Interest = .receive,
        timeout: Duration? = nil
    ) throws(ZMQError) -> (Poll.Interest, Poll.Interest) {
        let places = [first.operations.place, second.operations.place]
        let ready = try wait(at: places, for: interest, timeout: timeout)
        return (ready[0], ready[1])
    }

    /// Waits until one of three sockets is ready.
    ///
    /// - Throws: As `wait` for two sockets.
    public static func wait<First, Second, Third>(
        _ first: borrowing ExclusiveAccess<First>,
        _ second: borrowing ExclusiveAccess<Second>,
        _ third: borrowing ExclusiveAccess<Third>,
        for interest: Poll.Interest = .receive,
        timeout: Duration? = nil
    ) throws(ZMQError) -> (Poll.Interest, Poll.Interest, Poll.Interest) {
        let places = [first.operations.place, second.operations.place, third.operations.place]
        let ready = try wait(at: places, for: interest, timeout: timeout)
        return (ready[0], ready[1], ready[2])
    }

    /// A socket as a wait needs it. It must not be kept: it is good only while the thread has the socket.
    struct Place {
        let engine: SocketEngine
        let session: ExclusiveSession
        let handle: SocketHandle
        let hasMessages: Bool
        let hasSubscriptions: Bool
    }

    private static func wait(
        at places: [Place],
        for interest: Poll.Interest,
        timeout: Duration?
    ) throws(ZMQError) -> [Poll.Interest] {
        let deadline = timeout.map { ContinuousClock.now + $0.countable }
        var watched: [pollfd] = []
        for place in places {
            try place.engine.checkProcess("wait")
            try place.engine.check(interest)
            if interest.contains(.receive), place.engine.kind.needsSubscription, !place.hasSubscriptions {
                throw place.engine.noSubscriptions()
            }
            let pipe = try place.session.interruptPipe()
            watched.append(pollfd(fd: place.handle.descriptor, events: Int16(POLLIN), revents: 0))
            watched.append(pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0))
        }
        while true {
            // After the pipes are made: who ends a session before that is seen here, and later in the pipe.
            var ready: [Poll.Interest] = []
            for place in places { ready.append(try look(at: place).intersection(interest)) }
            guard ready.allSatisfy(\.isEmpty) else { return ready }
            var limit: Int32 = -1
            if let deadline {
                let now = ContinuousClock.now
                guard now < deadline else { return ready }
                limit = Int32(clamping: now.duration(to: deadline).millisecondsRoundedUp)
            }
            unsafe watched.withUnsafeMutableBufferPointer { buffer in
                _ = unsafe poll(buffer.baseAddress, nfds_t(buffer.count), limit)
            }
        }
    }

    /// What the socket is ready for.
    private static func look(at place: Place) throws(ZMQError) -> Poll.Interest {
        if place.session.isEnding { throw place.engine.error(.closed, "wait") }
        var readiness = place.handle.events()
        guard readiness.failure == 0 else { throw place.engine.failure(readiness.failure, "wait") }
        readiness.canReceive = readiness.canReceive || place.hasMessages
        return readiness.interest
    }
}

extension ExclusiveOperations {
    var place: ExclusivePoll.Place {
        ExclusivePoll.Place(
            engine: engine,
            session: session,
            handle: handle,
            hasMessages: !inbox.isEmpty,
            hasSubscriptions: subscriptionCount > 0
        )
    }
}
