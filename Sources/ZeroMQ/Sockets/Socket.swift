// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// What all sockets have in common: endpoints, an end, and numbers.
///
/// Sockets may be used by any number of tasks and threads at once: each message is sent and received whole. Calls that
/// must wait are woken in the order in which they came, but for senders that wait for one full peer of several (ROUTER,
/// REP, STREAM, PUB, XPUB), which are woken all together. Every call ends when its task is cancelled, the socket is
/// closed or the context is shut down.
///
/// Every call may throw ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/busy`` and
/// ``ZMQError/Code/usedAfterFork``. The protocols say what a pattern can do: conformances of your own are not
/// supported.
public protocol Socket: AnyObject, Sendable {
    /// The socket's machinery; opaque.
    @_documentation(visibility: internal)
    var engine: SocketEngine { get }
}

extension Socket {
    /// Accepts connections at an endpoint.
    ///
    /// - Returns: The endpoint with wildcards resolved (libzmq: `ZMQ_LAST_ENDPOINT`), for ``connect(_:)`` of others and
    ///   for ``unbind(_:)``.
    /// - Throws: ``ZMQError/Code/addressInUse`` (also for `ipc` paths, which libzmq would take over in silence),
    ///   ``ZMQError/Code/addressNotAvailable``, ``ZMQError/Code/invalidEndpoint``.
    @discardableResult
    public func bind(_ endpoint: Endpoint) throws(ZMQError) -> Endpoint {
        guard endpoint != .inproc(ZAPRequest.endpointName) else {
            let advice = "the name is the authenticator's; set TransportOptions.security"
            throw engine.error(.addressInUse, "bind inproc://zeromq.zap.01", advice)
        }
        return try engine.bind(endpoint)
    }

    /// Accepts connections from a listening TCP or UNIX-domain socket of the process's own: one that a service manager
    /// has handed over, say. libzmq: `ZMQ_USE_FD`.
    ///
    /// The library works with a copy of the descriptor, and the original stays the caller's to close. It becomes
    /// non-blocking. The file of a UNIX-domain socket is not removed at the end. ``TransportOptions/backlog`` and
    /// ``TransportOptions/device`` do not concern it.
    ///
    /// - Returns: Where the socket is bound, for ``connect(_:)`` of others and for ``unbind(_:)``.
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a descriptor that is not a listening stream socket.
    @discardableResult
    public func bind(adopting listener: Int32) throws(ZMQError) -> Endpoint { try engine.adopt(listener) }

    /// Starts connecting to an endpoint, and connects again whenever the connection is lost.
    ///
    /// Returning says nothing about the peer: it may come later, or never.
    ///
    /// - Throws: ``ZMQError/Code/invalidEndpoint``, ``ZMQError/Code/notSupported``.
    public func connect(_ endpoint: Endpoint) throws(ZMQError) { try engine.connect(endpoint) }

    /// Stops accepting connections at an endpoint, as ``bind(_:)`` returned it.
    ///
    /// Connections that were accepted there end, after ``TransportOptions/linger`` at most (libzmq reports no end of
    /// theirs to ``events(bufferingNewest:)``); over `inproc` they stay.
    ///
    /// - Throws: ``ZMQError/Code/endpointNotFound``.
    public func unbind(_ endpoint: Endpoint) throws(ZMQError) { try engine.unbind(endpoint) }

    /// Gives up the connection to an endpoint, with the messages that wait for that peer.
    ///
    /// - Throws: ``ZMQError/Code/endpointNotFound``.
    public func disconnect(_ endpoint: Endpoint) throws(ZMQError) { try engine.disconnect(endpoint) }

    /// Closes the socket: every call on it ends with ``ZMQError/Code/closed``. Never blocks.
    ///
    /// What was sent and has not left yet is delivered in the background for ``TransportOptions/linger``, as long as
    /// the process lives: see ``Context/terminate(within:)``. A `tcp` address is free again a moment later. A socket
    /// that nobody refers to closes itself. Closing twice does nothing.
    public func close() { engine.close() }

    /// What the socket has done since it was made; nothing in a forked child.
    public var statistics: SocketStatistics { engine.statistics }
}

/// A socket that one thread can have to itself: all but REQ and REP, whose calls are whole exchanges.
public protocol ExclusiveSocket: Socket {}

extension ExclusiveSocket {
    /// Gives the calling thread the socket to itself: operations at C speed, without locks and without suspending.
    ///
    /// For a thread of one's own (`Thread { … }.start()`), not for a task: a wait inside blocks the thread. Meanwhile
    /// all other calls on the socket throw ``ZMQError/Code/busy``, those that were waiting too. Closing the socket or
    /// shutting down the context ends the waits inside.
    ///
    /// - Parameter body: Gets a handle that cannot be kept, consumed or shared.
    /// - Throws: ``ZMQError/Code/busy`` when somebody else has the socket, and what `body` throws.
    public func withExclusiveAccess<Result>(
        _ body: (inout ExclusiveAccess<Self>) throws -> Result
    ) throws -> Result {
        var access = ExclusiveAccess<Self>(operations: try engine.beginExclusive())
        // Of two accesses that `body` swapped, each ends that of its own socket.
        defer { access.operations.engine.endExclusive(&access.operations) }
        return try body(&access)
    }
}

extension Context {
    /// Makes an engine with the options that all kinds of sockets share, and those that `configure` adds.
    func makeEngine(
        _ kind: SocketKind,
        _ transport: TransportOptions,
        _ origin: String,
        _ configure: (OptionWriter) throws(ZMQError) -> Void
    ) throws(ZMQError) -> SocketEngine {
        let gate = try openGate(kind, transport, origin)
        do throws(ZMQError) {
            let limit = transport.maximumMessageBytes
            return try core.makeSocket(
                kind,
                maximumMessageBytes: limit,
                origin: origin,
                label: transport.label,
                gate: gate
            ) {
                (writer) throws(ZMQError) in
                try transport.apply(to: writer)
                try configure(writer)
                try transport.security.apply(to: writer, domain: gate?.domain)
            }
        } catch {
            if let gate { core.authenticator.close(gate) }
            throw error
        }
    }

    /// Has the authenticator know a server before it exists.
    private func openGate(
        _ kind: SocketKind,
        _ transport: TransportOptions,
        _ origin: String
    ) throws(ZMQError) -> AuthGate? {
        let name = SocketName(kind: kind.name, label: transport.label, origin: origin)
        guard !kind.isStream || transport.security == .null else {
            let advice = "a STREAM speaks raw TCP, which has no security"
            throw ZMQError(.notSupported, operation: "\(name), option security", advice: advice)
        }
        guard let (mechanism, policy) = transport.security.server else { return nil }
        return try core.authenticator.open(mechanism, policy, name, in: core)
    }
}
