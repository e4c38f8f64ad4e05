// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Socket {
    /// What happens to the socket's connections from now on: that peers connect, are refused, fail their handshakes,
    /// go away.
    ///
    /// Begins monitoring, as ``startMonitoring()`` does. libzmq reports nothing about `inproc`.
    ///
    /// ```swift
    /// let events = try socket.events()
    /// try socket.connect(endpoint)
    /// for await event in events { print(event) }
    /// ```
    ///
    /// - Parameter count: How many events wait for a slow reader, 1 or more; then the oldest is dropped, and counted
    ///   (``SocketEvent/Kind/lagged``). Default 1000.
    /// - Throws: ``ZMQError/Code/tooManySockets``, ``ZMQError/Code/fileDescriptorBudget``,
    ///   ``ZMQError/Code/invalidArgument`` for a count below 1.
    public func events(bufferingNewest count: Int = 1000) throws(ZMQError) -> SocketEvents {
        try engine.events(bufferingNewest: count)
    }

    /// Has libzmq report what happens to the socket's connections, from now on until it is closed; does nothing when it
    /// does so already.
    ///
    /// ``events(bufferingNewest:)``, ``connect(_:timeout:)``, ``connected(atLeast:timeout:)`` and a logger of the
    /// context begin it as well; before that it costs nothing. It takes two more of ``Context/Options/maximumSockets``
    /// and two descriptors. For ``connections`` it must begin before the socket's first ``bind(_:)`` or
    /// ``connect(_:)``.
    ///
    /// - Throws: ``ZMQError/Code/tooManySockets``, ``ZMQError/Code/fileDescriptorBudget``, ``ZMQError/Code/closed``,
    ///   ``ZMQError/Code/contextTerminated``.
    public func startMonitoring() throws(ZMQError) { _ = try engine.monitor("startMonitoring") }

    /// The connections that stand at this moment, oldest first; `inproc` is not among them.
    ///
    /// They are known from libzmq's events, so monitoring must have begun (see ``startMonitoring()``) before the
    /// socket's first ``bind(_:)`` or ``connect(_:)``.
    ///
    /// - Throws: ``ZMQError/Code/notMonitored`` when it did not, ``ZMQError/Code/closed``,
    ///   ``ZMQError/Code/contextTerminated``.
    public var connections: [SocketConnection] {
        get throws(ZMQError) { try engine.connections() }
    }

    /// Connects to an endpoint, and waits until the peer is there: its handshake is done, so it speaks ZMTP, fits this
    /// socket and let it in.
    ///
    /// Alone, ``connect(_:)`` succeeds with nobody there. When this throws, the socket goes on trying all the same,
    /// until ``disconnect(_:)``.
    ///
    /// - Parameters:
    ///   - endpoint: Where the peer is; not `inproc`.
    ///   - timeout: How long to wait at most.
    /// - Throws: ``ZMQError/Code/timedOut``, which says how many attempts failed, and why the last one did;
    ///   ``ZMQError/Code/notSupported`` for `inproc`; ``ZMQError/Code/notMonitored`` when the socket had connected to
    ///   this endpoint already and monitoring began later; ``ZMQError/Code/cancelled``; what ``connect(_:)`` and
    ///   ``events(bufferingNewest:)`` throw.
    public func connect(_ endpoint: Endpoint, timeout: Duration) async throws(ZMQError) {
        try await engine.connect(endpoint, timeout: timeout)
    }

    /// Waits until this many connections are established: their handshakes are done.
    ///
    /// As for ``connections``, monitoring must have begun (see ``startMonitoring()``) before the socket's first
    /// ``bind(_:)`` or ``connect(_:)``. For one endpoint, ``connect(_:timeout:)`` does all of it.
    ///
    /// - Parameters:
    ///   - count: How many connections, accepted ones and others.
    ///   - timeout: How long to wait at most; nil, the default, for as long as it takes.
    /// - Returns: How many there are.
    /// - Throws: ``ZMQError/Code/timedOut``, which says how many attempts failed, and why the last one did;
    ///   ``ZMQError/Code/notMonitored`` when monitoring began too late; ``ZMQError/Code/notSupported`` when all of the
    ///   socket's endpoints are `inproc`; ``ZMQError/Code/cancelled``, ``ZMQError/Code/tooManySockets``,
    ///   ``ZMQError/Code/fileDescriptorBudget``.
    @discardableResult
    public func connected(atLeast count: Int, timeout: Duration? = nil) async throws(ZMQError) -> Int {
        try await engine.waitForConnections(atLeast: count, timeout: timeout)
    }
}
