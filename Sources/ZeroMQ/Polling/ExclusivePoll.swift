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
/// A socket that another thread has is ``ZMQError/Code/busy`` at once, and nobody waits for it: two threads that take
/// the same sockets in opposite orders do not block each other. Nothing is taken from the sockets. The thread sleeps in
/// `poll(2)`; closing one of the sockets or shutting down its context ends the wait.
public enum ExclusivePoll {
    /// Waits until one of two sockets is ready.
    ///
    /// - Parameters:
    ///   - first: A socket.
    ///   - second: Another socket.
    ///   - interests: What to wait for at each socket; see ``Poll/add(_:for:)``.
    ///   - timeout: How long to wait at most; nil for as long as it takes.
    /// - Returns: What each socket is ready for; nothing at each when `timeout` passed first.
    /// - Throws: ``ZMQError/Code/closed`` or ``ZMQError/Code/contextTerminated`` naming the socket,
    ///   ``ZMQError/Code/noSubscriptions``, ``ZMQError/Code/invalidArgument`` for an interest that a socket cannot
    ///   have, ``ZMQError/Code/fileDescriptorBudget``, ``ZMQError/Code/usedAfterFork``.
    public static func wait<First, Second>(
        _ first: borrowing ExclusiveAccess<First>,
        _ second: borrowing ExclusiveAccess<Second>,
        for interests: (Poll.Interest, Poll.Interest) = (.receive, .receive),
        timeout: Duration? = nil
    ) throws(ZMQError) -> (Poll.Interest, Poll.Interest) {
        let places = [first.operations.place(for: interests.0), second.operations.place(for: interests.1)]
        let ready = try wait(at: places, timeout: timeout)
        return (ready[0], ready[1])
    }

    /// Waits until one of three sockets is ready.
    ///
    /// - Parameters:
    ///   - first: A socket.
    ///   - second: Another socket.
    ///   - third: Yet another socket.
    ///   - interests: What to wait for at each socket; see ``Poll/add(_:for:)``.
    ///   - timeout: How long to wait at most; nil for as long as it takes.
    /// - Returns: What each socket is ready for; nothing at each when `timeout` passed first.
    /// - Throws: As `wait` for two sockets.
    public static func wait<First, Second, Third>(
        _ first: borrowing ExclusiveAccess<First>,
        _ second: borrowing ExclusiveAccess<Second>,
        _ third: borrowing ExclusiveAccess<Third>,
        for interests: (Poll.Interest, Poll.Interest, Poll.Interest) = (.receive, .receive, .receive),
        timeout: Duration? = nil
    ) throws(ZMQError) -> (Poll.Interest, Poll.Interest, Poll.Interest) {
        let places = [
            first.operations.place(for: interests.0), second.operations.place(for: interests.1),
            third.operations.place(for: interests.2),
        ]
        let ready = try wait(at: places, timeout: timeout)
        return (ready[0], ready[1], ready[2])
    }

    /// A socket as a wait needs it. It must not be kept: it is good only while the thread has the socket.
    struct Place {
        let engine: SocketEngine
        let session: ExclusiveSession
        let handle: SocketHandle
        let interest: Poll.Interest
        let hasMessages: Bool
        let hasSubscriptions: Bool
    }

    private static func wait(at places: [Place], timeout: Duration?) throws(ZMQError) -> [Poll.Interest] {
        let deadline = timeout.map { ContinuousClock.now + $0.countable }
        var watched: [pollfd] = []
        for place in places {
            try place.engine.checkProcess("wait")
            try place.engine.check(place.interest)
            if place.interest.contains(.receive), place.engine.kind.needsSubscription, !place.hasSubscriptions {
                throw place.engine.noSubscriptions()
            }
            let pipe = try place.session.interruptPipe()
            watched.append(pollfd(fd: place.handle.descriptor, events: Int16(POLLIN), revents: 0))
            watched.append(pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0))
        }
        while true {
            // After the pipes are made: who ends a session before that is seen here, and later in the pipe.
            var ready: [Poll.Interest] = []
            for place in places { ready.append(try look(at: place)) }
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

    /// What the socket is ready for, of what is waited for.
    private static func look(at place: Place) throws(ZMQError) -> Poll.Interest {
        if place.session.isEnding { throw place.engine.error(.closed, "wait") }
        var readiness = place.handle.events()
        guard readiness.failure == 0 else { throw place.engine.failure(readiness.failure, "wait") }
        readiness.canReceive = readiness.canReceive || place.hasMessages
        return readiness.interest.intersection(place.interest)
    }
}

extension ExclusiveOperations {
    func place(for interest: Poll.Interest) -> ExclusivePoll.Place {
        ExclusivePoll.Place(
            engine: engine,
            session: session,
            handle: handle,
            interest: interest,
            hasMessages: !inbox.isEmpty,
            hasSubscriptions: subscriptionCount > 0
        )
    }
}
