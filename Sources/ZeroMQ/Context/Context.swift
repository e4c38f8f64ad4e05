// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import Logging

/// What sockets live in: libzmq's I/O threads, the names of `inproc` endpoints, and the thread that wakes waiting
/// calls.
///
/// Most programs need only ``shared``. Sockets keep their context alive; a context that nobody refers to ends by
/// itself, after its closed sockets have lingered.
///
/// A context does not survive `fork`: in a child process its sockets throw ``ZMQError/Code/usedAfterFork``.
public final class Context: Sendable {
    let core: ContextCore

    /// The context of sockets that are not given one. Terminate it before the process exits when the last messages
    /// sent must still leave.
    public static let shared: Context = {
        do { return try Context() } catch { fatalError("the shared ZeroMQ context cannot be made: \(error)") }
    }()

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - options: Threads and limits.
    ///   - logger: What ``logger`` is from the beginning. Default nil: nothing is logged.
    /// - Throws: ``ZMQError/Code/fileDescriptorBudget`` or ``ZMQError/Code/system`` when the process has no threads or
    ///   descriptors left; ``ZMQError/Code/invalidArgument`` for an option outside its range;
    ///   ``ZMQError/Code/notSupported`` for scheduling that the system does not have or this process may not choose.
    public init(options: Options = Options(), logger: Logger? = nil) throws(ZMQError) {
        core = try ContextCore(options: options, log: LogWriter(logger))
    }

    /// Who is told what happens to the context's sockets and their connections, and what no call can throw: handshakes
    /// that fail, clients that are refused and why, messages that are dropped. Default nil: nothing is logged.
    ///
    /// Levels are info at most: info for what goes wrong, each time its number has doubled, and debug and trace for all
    /// else; Documentation/observability.md lists messages and metadata. Lines are written in order by a task of their
    /// own, so a slow logger holds no socket up; of more than 1000 that wait the last are left out, and counted.
    ///
    /// While there is a logger, a socket is monitored from its first bind or connect over `tcp` or `ipc` on, which
    /// takes two more of ``Options/maximumSockets`` and two descriptors (see ``Socket/events(bufferingNewest:)``);
    /// where they cannot be had, the socket works without. Sockets that have connections already are seen from then on
    /// once they bind or connect again.
    public var logger: Logger? {
        get { core.log.logger }
        set { core.log.logger = newValue }
    }

    /// What can be chosen when a context is made.
    public struct Options: Sendable, Hashable {
        /// Threads that move bytes, 0 to 1024; one is enough for about a gigabyte a second. Default 1. libzmq:
        /// `ZMQ_IO_THREADS`.
        public var ioThreads: Int
        /// How many sockets may be open at once, 1 to 1 000 000. Default 1023. libzmq: `ZMQ_MAX_SOCKETS`.
        public var maximumSockets: Int
        /// What ``TransportOptions/ipv6`` is for sockets that leave it open. Default false. libzmq: `ZMQ_IPV6` of the
        /// context.
        public var ipv6: Bool
        /// How the system schedules libzmq's threads. Default ``ThreadScheduling/inherited``. libzmq:
        /// `ZMQ_THREAD_SCHED_POLICY` and `ZMQ_THREAD_PRIORITY`, -1.
        public var threadScheduling: ThreadScheduling
        /// The processors that libzmq's threads run on, by number, 0 to 1023; empty for any. Linux only. Default empty.
        /// libzmq: `ZMQ_THREAD_AFFINITY_CPU_ADD`.
        public var threadProcessors: Set<Int>
        /// A number, 0 or more, that the names of libzmq's threads begin with (`7/ZMQbg/IO/0`), to tell those of
        /// several contexts apart; nil for none. Linux shows 15 bytes. Default nil. libzmq: `ZMQ_THREAD_NAME_PREFIX`.
        public var threadNamePrefix: Int?

        /// libzmq's defaults, or others.
        public init(
            ioThreads: Int = 1,
            maximumSockets: Int = 1023,
            ipv6: Bool = false,
            threadScheduling: ThreadScheduling = .inherited,
            threadProcessors: Set<Int> = [],
            threadNamePrefix: Int? = nil
        ) {
            self.ioThreads = ioThreads
            self.maximumSockets = maximumSockets
            self.ipv6 = ipv6
            self.threadScheduling = threadScheduling
            self.threadProcessors = threadProcessors
            self.threadNamePrefix = threadNamePrefix
        }
    }

    /// Runs tasks on the context's own thread; see ``ContextExecutor``.
    public var executor: ContextExecutor { core.executor }

    /// The sockets that are open now: their kinds, and where they were made.
    public var openSockets: [String] { core.openSockets }

    /// Ends every call on the context's sockets, now and later, with ``ZMQError/Code/contextTerminated``. Never blocks.
    ///
    /// The sockets still have to be closed, by their owners or by letting go of them.
    public func shutdown() { core.shutdown() }

    /// Shuts down, waits until all sockets are closed and what they had left to send has lingered, and frees the
    /// context.
    ///
    /// Call it at the end of a program whose last messages matter: a process that just ends takes what libzmq has not
    /// delivered yet with it. Every receive ends at once, so first close the senders and receive what is still to
    /// come. What has left is with the system, not yet with the peer: over `ipc` a reader whose queue is full loses
    /// some of it when the sender ends, and over `tcp` a socket that ends with unread messages resets its connection.
    /// Who must know has the peer tell.
    ///
    /// ```swift
    /// push.close()
    /// try await Context.shared.terminate(within: .seconds(5))
    /// ```
    ///
    /// - Parameter limit: How long to wait at most.
    /// - Throws: ``ZMQError/Code/terminationTimedOut``, naming the sockets that are still open and where they were
    ///   made; ``ZMQError/Code/cancelled``. Either way the context stays shut down, and the call may be repeated.
    public func terminate(within limit: Duration) async throws(ZMQError) {
        try await core.terminate(within: limit)
    }
}
