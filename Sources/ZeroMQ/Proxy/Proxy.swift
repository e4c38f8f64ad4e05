// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Moves messages between two sockets, in both directions where they have two: libzmq's `zmq_proxy`, as a loop of our
/// own that can be paused and stopped at any time.
///
/// ```swift
/// let clients = try RouterSocket()
/// try clients.bind(.tcp("*", port: 5559))
/// let workers = try DealerSocket()
/// try workers.bind(.tcp("*", port: 5560))
/// let proxy = Proxy(clients, workers)
/// async let running: Void = proxy.run()
/// …
/// proxy.stop()
/// try await running
/// ```
///
/// Each direction goes its own way: one whose receiver is full takes no more than 64 messages beyond what the sockets'
/// high-water marks allow (1 MiB, and one message), and waits without holding up the other. Multipart messages stay
/// whole. A reply for a client that has gone, and a message that the other side can never send, are counted
/// (``statistics``) and do not end the proxy.
///
/// No message is lost or sent twice by pausing, stopping or cancelling. When the proxy ends, messages that it has taken
/// are handed over if there is room; the others are put back into the socket they came from, in front of all others and
/// counted, for whoever receives from it next. Only a socket that was closed loses them, with everything else in it.
///
/// The sockets stay open, and others may use them too; but one proxy at a time takes from a socket. libzmq's own
/// `zmq_proxy_steerable` is not used: 4.3.4 aborts the process on a command that it does not know, and cannot be
/// stopped while its backend is full.
public final class Proxy: Sendable {
    /// What can be chosen when a proxy is made.
    public struct Options: Sendable, Hashable {
        /// How long a message may wait for one client whose queue is full, and hold up those behind it; nil for as long
        /// as it takes. Then it is dropped and counted (``ProxyStatistics/Direction/overflowed``), and so are others
        /// for that client, without waiting, until its queue has room again. ROUTER only. Default 1 second; `zmq_proxy`
        /// drops at once and in silence.
        public var fullPeerTimeout: Duration?

        /// The defaults, or others.
        public init(fullPeerTimeout: Duration? = .seconds(1)) {
            self.fullPeerTimeout = fullPeerTimeout
        }
    }

    private let sockets: [any Socket]
    private let pumps: [ProxyPump]
    private let control = ProxyControl()

    init(from frontend: any Socket, to backend: any Socket, capture: (any SendingSocket)?, options: Options) {
        let ends = [(frontend, backend), (backend, frontend)]
        let isReflection = frontend.engine === backend.engine
        sockets = [frontend, backend] + (capture.map { [$0 as any Socket] } ?? [])
        pumps = ends.prefix(backend.engine.kind.sendsOnly || isReflection ? 1 : 2).map { source, destination in
            ProxyPump(
                source: source.engine,
                destination: destination.engine,
                capture: capture?.engine,
                patience: options.fullPeerTimeout,
                total: ProxyTally()
            )
        }
    }

    /// What the proxy has done so far; up to 64 messages behind while it is busy.
    public var statistics: ProxyStatistics {
        var statistics = ProxyStatistics()
        statistics.forward = pumps[0].total.current
        if pumps.count > 1 { statistics.backward = pumps[1].total.current }
        return statistics
    }

    /// Whether the proxy was paused, and not resumed or stopped since.
    public var isPaused: Bool { control.wish == .pause }

    /// Lets no message pass until ``resume()``. When it returns, nothing moves any more: what comes waits in the
    /// sockets, up to their high-water marks, and up to 64 messages that were on their way in the proxy.
    public func pause() async {
        control.ask(for: .pause)
        await control.stillness()
    }

    /// Lets messages pass again.
    public func resume() { control.ask(for: .move) }

    /// Ends ``run()``, which takes no more messages, and returns once those on their way are handed over or put back. A
    /// proxy that was stopped stays so; another one may go on with the same sockets.
    ///
    /// - Parameter limit: How long to wait at most for room where a receiver is full. Default zero: nobody is waited
    ///   for. Who closes the sockets afterwards, and would lose what is put back, gives some time. A reply for a client
    ///   that stays full waits for ``Options/fullPeerTimeout`` at most, as ever. The first stop counts; who cannot wait
    ///   so long after all cancels the task of ``run()``.
    public func stop(within limit: Duration = .zero) { control.ask(for: .stop, within: limit) }

    /// Moves messages until the proxy is stopped; returns at once if it was.
    ///
    /// - Throws: ``ZMQError/Code/cancelled`` when the task is cancelled. ``ZMQError/Code/closed``,
    ///   ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/busy`` and ``ZMQError/Code/noSubscriptions`` for one of
    ///   the sockets, which the error names (but not after ``stop(within:)``, unless messages were lost with a socket);
    ///   the capture socket's end is no failure, its messages are counted as dropped. ``ZMQError/Code/busy`` also when
    ///   the proxy runs already, and when another one takes from one of its sockets: two would change the order of the
    ///   messages. ``ZMQError/Code/usedAfterFork`` in a forked child. It may be run again after an error.
    public func run() async throws(ZMQError) {
        try sockets[0].engine.checkProcess("Proxy.run")
        guard control.begin() else {
            throw ZMQError(.busy, operation: operation, advice: "it runs already")
        }
        defer { control.end() }
        try takeSources()
        defer { for pump in pumps { pump.source.endProxy() } }
        var loads = pumps.map { _ in ProxyPump.Load() }
        var failure: ZMQError?
        while failure == nil, control.wish != .stop, !Task.isCancelled {
            if control.mayMove() {
                loads = await move(loads)
                failure = loads.lazy.compactMap(\.failure).first
            } else {
                control.standStill()
                failure = await rest()
            }
        }
        if control.wish == .stop, control.stopLimit > .zero { loads = await deliver(loads, within: control.stopLimit) }
        let losses = zip(pumps, loads).compactMap { pump, load in pump.finish(load) }
        // Who stops the proxy and then closes the sockets need not wait in between, unless that has lost something.
        let isStopped = control.wish == .stop
        if let error = losses.first ?? (isStopped ? nil : failure) {
            let operation = "\(operation): \(error.operation)"
            throw ZMQError(error.code, operation: operation, advice: error.advice, errno: error.errno)
        }
        if !isStopped { throw ZMQError(.cancelled, operation: operation) }
    }

    /// Two proxies that take from one socket would change the order of its messages, the more so when one puts some
    /// back.
    private func takeSources() throws(ZMQError) {
        for (index, pump) in pumps.enumerated() where !pump.source.beginProxy() {
            for taken in pumps.prefix(index) { taken.source.endProxy() }
            let advice = "another proxy takes from the \(pump.source.description); wait until its run() has returned"
            throw ZMQError(.busy, operation: operation, advice: advice)
        }
    }

    private var operation: String { "Proxy.run (\(name))" }

    private var name: String {
        "\(pumps[0].source.kind.name) \(pumps.count > 1 ? "–" : "→") \(pumps[0].destination.kind.name)"
    }

    /// Moves messages until something else is asked for, the task is cancelled, or a socket ends.
    private func move(_ loads: [ProxyPump.Load]) async -> [ProxyPump.Load] {
        await withTaskGroup(of: (Int, ProxyPump.Load)?.self) { group in
            for (index, load) in loads.enumerated() {
                group.addTask { [pump = pumps[index]] in (index, await pump.run(load)) }
            }
            group.addTask { [control] in
                await control.change(from: .move)
                return nil
            }
            var loads = loads
            // Whoever ends first ends all. Cancelled calls have taken and sent nothing.
            while let end = await group.next() {
                group.cancelAll()
                if let (index, load) = end { loads[index] = load }
            }
            return loads
        }
    }

    /// Hands over what was taken, in both directions at once, waiting for room.
    private func deliver(_ loads: [ProxyPump.Load], within limit: Duration) async -> [ProxyPump.Load] {
        let deadline = ContinuousClock.now + limit
        return await withTaskGroup(of: (Int, ProxyPump.Load).self) { group in
            for (index, load) in loads.enumerated() {
                group.addTask { [pump = pumps[index]] in (index, await pump.deliver(load, until: deadline)) }
            }
            return await group.reduce(into: loads) { loads, end in loads[end.0] = end.1 }
        }
    }

    /// Waits until the proxy is no longer paused, the task is cancelled, or a socket ends: then why.
    private func rest() async -> ZMQError? {
        await withTaskGroup(of: ZMQError?.self) { group in
            group.addTask { [control] in
                await control.change(from: .pause)
                return nil
            }
            group.addTask { [sockets] in
                let ends = Poll()
                for socket in sockets.prefix(2) { ends.insert(socket, for: []) }
                do throws(ZMQError) { while true { _ = try await ends.wait() } } catch {
                    return error.code == .cancelled ? nil : error
                }
            }
            let failure = await group.next() ?? nil
            group.cancelAll()
            return failure
        }
    }
}

extension SocketKind {
    /// Whether nothing is ever received from it.
    fileprivate var sendsOnly: Bool { type == ZMQ_PUSH || isObserved }
}
