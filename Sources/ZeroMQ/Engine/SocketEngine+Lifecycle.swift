// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

extension SocketEngine {
    /// Closes the socket: every call on it ends. Unsent messages linger. Calling it again does nothing.
    func close() {
        if isInItsProcess { shut() }
    }

    /// The context was shut down: every call ends, but the libzmq socket stays open until it is closed.
    func contextWasShutDown() {
        let (session, monitor) = state.withLock { state in
            if state.end == nil { end(&state, .contextTerminated) }
            return (state.exclusive, state.monitor)
        }
        session?.wake()
        wakeEverybody(.contextTerminated)
        monitor?.finish(.contextTerminated)
    }

    func shut() {
        let session = state.withLock { state in
            end(&state, .closed)
            return state.exclusive
        }
        wakeEverybody(.closed)
        // The thread that has exclusive access closes the socket as it leaves.
        if let session { return session.end() }
        state.withLock { release(&$0) }?.finish(.closed)
        wasReleased()
    }

    /// No call may use the socket from now on.
    func end(_ state: inout EngineState, _ reason: End) {
        state.end = reason
        takeBack(&state)
    }

    /// Gives the libzmq socket back, and returns the monitor, which ended with it, for its readers to be told. The
    /// descriptor must be forgotten first: libzmq closes it at a time of its own.
    private func release(_ state: inout EngineState) -> SocketMonitor? {
        guard state.handle.isOpen else { return nil }
        let monitor = stopMonitor(state)
        context.reactor.unregister(id, descriptor: state.handle.descriptor)
        let left = state.inbox.removeAll().count
        state.inbox = Inbox()
        state.pump = nil
        logClosed(unreceived: kind.isObserved ? 0 : left)
        // libzmq would free these names only a while after closing.
        for name in state.bound where name.isInproc {
            _ = unsafe state.handle.withRaw { socket in
                unsafe name.description.withCString { unsafe zmq_unbind(socket, $0) }
            }
        }
        state.handle.close()
        for place in state.temporaryPaths.values { place.remove() }
        state.temporaryPaths = [:]
        return monitor
    }

    private func wasReleased() {
        if let gate { context.authenticator.close(gate) }
        context.forget(id)
    }

    private func wakeEverybody(_ reason: WakeReason) {
        var woken = Woken<Waiter>()
        state.withLock { $0.lot.wakeEverybody(into: &woken) }
        woken.resume(reason)
    }

    // MARK: Exclusive access

    func beginExclusive() throws(ZMQError) -> ExclusiveOperations {
        try checkProcess("withExclusiveAccess")
        var woken = Woken<Waiter>()
        defer { woken.resume(.busy) }
        return try state.withLock { (state) throws(ZMQError) in
            try checkUsable(&state, "withExclusiveAccess")
            let session = ExclusiveSession()
            state.exclusive = session
            takeBack(&state)
            state.lot.wakeEverybody(into: &woken)
            return ExclusiveOperations(self, session, &state)
        }
    }

    func endExclusive(_ operations: inout ExclusiveOperations) {
        var woken = Woken<Waiter>()
        var monitor: SocketMonitor?
        let isClosed = state.withLock { state in
            state.exclusive = nil
            operations.end(&state)
            guard state.end != .closed else {
                monitor = release(&state)
                return true
            }
            look(at: &state, sawCommand: true, &woken)
            if state.end == nil { arm(&state) }
            return false
        }
        monitor?.finish(.closed)
        if isClosed { wasReleased() }
        woken.resume(.ready)
    }

    // MARK: Endpoints

    /// Runs an operation on the libzmq socket that is not on a hot path, and looks after those who wait.
    func withHandle<Result>(
        _ operation: StaticString,
        _ body: (inout EngineState) throws(ZMQError) -> Result
    ) throws(ZMQError) -> Result {
        try checkProcess(operation)
        var mustRecheck = false
        defer { if mustRecheck { recheck() } }
        return try state.withLock { (state) throws(ZMQError) in
            try checkUsable(&state, operation)
            defer { mustRecheck = state.needsRecheck }
            state.moment.pass()
            return try body(&state)
        }
    }

    func bind(_ endpoint: Endpoint) throws(ZMQError) -> Endpoint {
        var address = try endpoint.checkedForBind("bind \(endpoint) (\(description))")
        try checkMayBind()
        try checkCarries(endpoint, "bind")
        if !endpoint.isInproc { watchForLog() }
        return try withHandle("bind") { (state) throws(ZMQError) in
            var place: TemporaryPath?
            if endpoint.isTemporary {
                let made = try TemporaryPath("bind \(endpoint) (\(description))")
                (place, address) = (made, made.endpoint.description)
            }
            do throws(ZMQError) {
                try unsafe call(state, "bind", address) { unsafe zmq_bind($0, $1) }
            } catch {
                place?.remove()
                throw error
            }
            let bound = try state.handle.lastEndpoint(or: endpoint)
            state.bound.insert(bound)
            state.temporaryPaths[bound] = place
            if !bound.isInproc { state.mayHaveConnections = true }
            return bound
        }
    }

    func checkMayBind() throws(ZMQError) {
        guard !kind.reconnectsToForget else {
            throw error(.notSupported, "bind", "only connections can be ended one by one; connect, or set correlate")
        }
    }

    /// libzmq takes a stream's `inproc` endpoints, and nothing ever arrives.
    private func checkCarries(_ endpoint: Endpoint, _ operation: String) throws(ZMQError) {
        guard kind.isStream, endpoint.isInproc else { return }
        let advice = "a STREAM speaks raw TCP; use tcp or ipc here, or a PAIR over inproc"
        throw ZMQError(.notSupported, operation: "\(operation) \(endpoint) (\(description))", advice: advice)
    }

    /// Connects; a ROUTER or STREAM can give the peer a name.
    func connect(_ endpoint: Endpoint, as peer: RoutingID? = nil) throws(ZMQError) {
        let address = try endpoint.checkedForConnect("connect \(endpoint) (\(description))")
        try checkCarries(endpoint, "connect")
        if let peer { try checkName(peer, for: endpoint) }
        if !endpoint.isInproc { watchForLog() }
        try withHandle("connect") { (state) throws(ZMQError) in
            try name(peer, for: endpoint, &state)
            state.monitor?.expect(endpoint)
            try unsafe call(state, "connect", address) { unsafe zmq_connect($0, $1) }
            state.peerNames.connected()
            state.connected.insert(endpoint)
            if endpoint.isInproc { context.countInprocConnection() } else { state.mayHaveConnections = true }
        }
    }

    func unbind(_ endpoint: Endpoint) throws(ZMQError) {
        try withHandle("unbind") { (state) throws(ZMQError) in
            try unsafe call(state, "unbind", endpoint.checkedText("unbind")) { unsafe zmq_unbind($0, $1) }
            state.bound.remove(endpoint)
            state.temporaryPaths.removeValue(forKey: endpoint)?.remove()
        }
    }

    func disconnect(_ endpoint: Endpoint) throws(ZMQError) {
        try withHandle("disconnect") { (state) throws(ZMQError) in
            try unsafe call(state, "disconnect", endpoint.checkedText("disconnect")) { unsafe zmq_disconnect($0, $1) }
            state.connected.remove(endpoint)
            state.monitor?.forget(endpoint)
        }
    }

    /// Ends all connections and makes them anew: no message that is on its way is going to arrive.
    func reconnect() {
        do throws(ZMQError) {
            try withHandle("reconnect") { (state) throws(ZMQError) in
                for endpoint in state.connected {
                    do throws(ZMQError) {
                        try unsafe call(state, "disconnect", endpoint.description) { unsafe zmq_disconnect($0, $1) }
                    } catch {
                        // libzmq has given the connection up itself: after a breach of the protocol, say.
                        if error.code != .endpointNotFound { throw error }
                    }
                    state.monitor?.forget(endpoint)
                    state.monitor?.expect(endpoint)
                    try unsafe call(state, "connect", endpoint.description) { unsafe zmq_connect($0, $1) }
                }
            }
        } catch {
            // The socket could take a late reply for the next one's, or has lost a peer: better none at all.
            close()
        }
    }

    func call(
        _ state: borrowing EngineState,
        _ operation: String,
        _ address: String,
        _ body: (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Int32
    ) throws(ZMQError) {
        let result = unsafe state.handle.withRaw { socket in
            unsafe address.withCString { text in
                ignoringInterrupts { unsafe body(socket, text) }
            }
        }
        guard result != 0 else { return }
        let error = ZMQError.from(zmq_errno(), "\(operation) \(address) (\(description))")
        let (code, advice): (ZMQError.Code, String)
        switch (operation, error.code) {
        case ("bind", .endpointNotFound):
            (code, advice) = (.addressNotAvailable, "the path's directory does not exist; make it first")
        case (_, .addressInUse) where state.bound.contains { $0.description == address }:
            (code, advice) = (.addressInUse, "by this socket itself")
        case (_, .addressInUse) where address.hasPrefix("inproc:"):
            (code, advice) = (.addressInUse, "another socket of this context has this name; choose another name")
        case (_, .addressNotAvailable) where address.contains("["):
            (code, advice) = (.addressNotAvailable, "set TransportOptions.ipv6 to use IPv6 addresses")
        case (_, .invalidArgument):
            (code, advice) = (.invalidEndpoint, "libzmq cannot read it; check the host, the port and the path")
        default: throw error
        }
        throw ZMQError(code, operation: error.operation, advice: advice, errno: error.errno)
    }

    /// Sets options that libzmq lets change later, checked as those of a new socket are.
    func change(
        _ operation: StaticString,
        _ body: (OptionWriter) throws(ZMQError) -> Void
    ) throws(ZMQError) {
        try withHandle(operation) { (state) throws(ZMQError) in
            // libzmq tells the connections that it knows; those that have just come count, too.
            _ = state.handle.events()
            let kind = kind
            let ioThreadCount = context.ioThreadCount
            let writer = unsafe state.handle.withRaw {
                unsafe OptionWriter($0, kind: kind, ioThreadCount: ioThreadCount)
            }
            if let writer { try body(writer) }
        }
    }

    /// Sets an option that libzmq lets change later.
    func setOption(
        _ option: Int32,
        _ name: StaticString,
        _ bytes: [UInt8],
        _ state: inout EngineState
    ) throws(ZMQError) {
        let result = unsafe state.handle.withRaw { socket in
            ignoringInterrupts { unsafe zmq_setsockopt(socket, option, bytes, bytes.count) }
        }
        guard result == 0 else { throw failure(zmq_errno(), name) }
    }
}

extension SocketHandle {
    /// Where the socket was last bound, with wildcards resolved.
    func lastEndpoint(or endpoint: Endpoint) throws(ZMQError) -> Endpoint {
        let text = unsafe withRaw { socket in
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer -> String? in
                var size = buffer.count
                guard unsafe zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, buffer.baseAddress, &size) == 0 else {
                    return nil
                }
                return unsafe String(cString: buffer.baseAddress!)
            }
        }
        guard let text = text ?? nil, !text.isEmpty else { return endpoint }
        return try Endpoint(parsing: text)
    }
}
