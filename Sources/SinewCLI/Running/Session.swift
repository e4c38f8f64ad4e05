// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import SinewCore
import ZeroMQ

/// What a command does with sockets, from the context's beginning to its clean end.
final class Session: Sendable {
    private struct State {
        var sockets: [any Socket] = []
        /// Those of sockets whose messages wait for peers that are not there yet.
        var connections: [Connections] = []
    }

    let context: Context
    private let timeout: Duration?
    private let state = Locked(State())

    /// How long what was sent before a failure or an interruption gets to leave.
    private static let farewell = Duration.milliseconds(250)
    /// When the user is told that the tool waits for peers to take what was sent.
    private static let patience = Duration.seconds(1)

    private init(timeout: Duration?) throws {
        context = try Context()
        self.timeout = timeout
    }

    /// Runs a command with a context of its own. When it returns, all sockets are closed and what they sent is handed
    /// over.
    ///
    /// - Parameters:
    ///   - timeout: How long the handing over may take; nil for as long as it does.
    ///   - body: Gets the session.
    static func run(timeout: Duration?, _ body: (Session) async throws -> Void) async throws {
        let session = try Session(timeout: timeout)
        do {
            try await body(session)
            try Task.checkCancellation()
            try await session.finish()
        } catch {
            let failure = session.explain(error)
            await session.abandon()
            throw failure
        }
    }

    /// Takes charge of a socket, binds and connects it.
    func open<Kind: Socket>(_ socket: Kind, _ endpoints: EndpointOptions) throws -> Kind {
        try open(socket, bind: endpoints.bind, connect: endpoints.connect)
        return socket
    }

    /// Takes charge of a socket, binds and connects it.
    ///
    /// - Parameter isWatched: Whether failed handshakes are told, and peers that were never there waited for at the
    ///   end.
    func open(_ socket: any Socket, bind: [Endpoint], connect: [Endpoint], isWatched: Bool = true) throws {
        state.withLock { $0.sockets.append(socket) }
        if isWatched {
            let isKeeper = Self.keepsMessages(socket, isOnlyPlace: bind.count + connect.count == 1)
            let connections = try Connections(socket, to: isKeeper ? connect : [])
            state.withLock { $0.connections.append(connections) }
        }
        for endpoint in bind {
            let resolved = try socket.bind(endpoint)
            if resolved != endpoint { note("bound to \(resolved)") }
            let name = resolved.description
            // libzmq removes the files it chose names for, and no others.
            if endpoint == resolved, name.hasPrefix("ipc://"), let file = SocketFile(String(name.dropFirst(6))) {
                Leftovers.shared.keep(file)
            }
        }
        for endpoint in connect { try socket.connect(endpoint) }
    }

    /// Whether a socket keeps messages for peers that are not there yet. Others drop them, answer who has asked, have
    /// had their reply by the end, or give them to those who are there.
    private static func keepsMessages(_ socket: any Socket, isOnlyPlace: Bool) -> Bool {
        socket is PairSocket || isOnlyPlace && (socket is PushSocket || socket is DealerSocket)
    }

    // MARK: The end

    /// When the time was up, the failure of a connection may be why.
    private func explain(_ error: any Error) -> any Error {
        let failure = CommandFailure(error)
        let reasons = state.withLock { $0.connections }.compactMap(\.lastFailure)
        guard failure.status == .timedOut, let reason = reasons.last else { return error }
        return CommandFailure(.timedOut, "\(failure.description) Last failure: \(reason)")
    }

    private func close(linger: Duration?) {
        let sockets = state.withLock { state in exchange(&state.sockets, with: []) }
        for socket in sockets {
            // It fails for a socket that is closed already.
            try? socket.setLinger(linger)
            socket.close()
        }
        Leftovers.shared.removeFiles()
    }

    /// Closes everything at once, but for what leaves without anybody waiting for it.
    private func abandon() async {
        close(linger: Self.farewell)
        // In a task that is not cancelled, so that what is on its way gets its moment.
        await Task { [context] in try? await context.terminate(within: .seconds(2)) }.value
    }

    /// Waits until what was sent is handed over: peers have come, libzmq has given it to the system, and peers that are
    /// connected over `ipc` have read it.
    private func finish() async throws {
        let (sockets, connections) = state.withLock { ($0.sockets, $0.connections) }
        var wait = Wait(timeout: timeout, patience: Self.patience, sent: sockets.map(\.statistics.sent).reduce(0, +))
        while connections.contains(where: \.isWaiting) { try await wait.step() }
        let streams = HeldStreams()
        var conversations = HeldConversations(isNeeded: sockets.contains(where: Self.converses))
        close(linger: nil)
        while try await !isTerminated(within: .milliseconds(20)) { try await wait.step() }
        while !streams.areRead { try await wait.step() }
        conversations.endOutput()
        while !conversations.haveArrived() { try await wait.step() }
    }

    /// Whether a socket has sent something while others may have sent to it.
    private static func converses(_ socket: any Socket) -> Bool {
        (socket is DealerSocket || socket is RouterSocket || socket is PairSocket) && socket.statistics.sent > 0
    }

    private func isTerminated(within limit: Duration) async throws -> Bool {
        do throws(ZMQError) {
            try await context.terminate(within: limit)
            return true
        } catch {
            guard error.code == .terminationTimedOut else { throw error }
            return false
        }
    }

    /// A wait for peers, in steps.
    private struct Wait {
        let began = ContinuousClock.now
        let timeout: Duration?
        let patience: Duration
        let sent: UInt64
        var isTold = false

        init(timeout: Duration?, patience: Duration, sent: UInt64) {
            (self.timeout, self.patience, self.sent) = (timeout, patience, sent)
        }

        mutating func step() async throws {
            let waited = ContinuousClock.now - began
            if let timeout, waited > timeout {
                throw CommandFailure(
                    .timedOut,
                    "\(sent) messages were sent, and not all of them handed over within \(DurationText.text(timeout)): "
                        + "is a peer there, and does it read?"
                )
            }
            if waited > patience, !isTold, sent > 0, timeout.map({ $0 > patience }) ?? true {
                isTold = true
                note("waiting until peers take what was sent (\(sent) messages at most); Ctrl-C gives up")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
