// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import SinewCore
import ZeroMQ

/// What a command does with sockets, from the context's beginning to its clean end.
final class Session: Sendable {
    let context: Context
    private let timeout: Duration?
    private let sockets = Locked<[any Socket]>([])
    private let files = Locked<[SocketFile]>([])

    /// How long what was sent before a failure or an interruption gets to leave.
    private static let farewell = Duration.milliseconds(250)
    /// When the user is told that the tool waits for peers to take what was sent.
    private static let patience = Duration.seconds(1)

    private init(timeout: Duration?) throws {
        context = try Context()
        self.timeout = timeout
    }

    /// Runs a command with a context of its own. When it returns, all sockets are closed and what they sent is handed over.
    ///
    /// - Parameters:
    ///   - timeout: How long the handing over may take; nil for as long as it does.
    ///   - body: Gets the session.
    static func run(timeout: Duration?, _ body: (Session) async throws -> Void) async throws {
        let session = try Session(timeout: timeout)
        do {
            try await body(session)
            try Task.checkCancellation()
        } catch {
            await session.abandon()
            throw error
        }
        try await session.finish()
    }

    /// Takes charge of a socket, binds and connects it.
    func open<Kind: Socket>(_ socket: Kind, _ endpoints: EndpointOptions) throws -> Kind {
        try open(socket, bind: endpoints.bind, connect: endpoints.connect)
        return socket
    }

    func open(_ socket: any Socket, bind: [Endpoint], connect: [Endpoint]) throws {
        sockets.withLock { $0.append(socket) }
        for endpoint in bind {
            let resolved = try socket.bind(endpoint)
            if resolved != endpoint { note("bound to \(resolved)") }
            let name = resolved.description
            // libzmq removes the files it chose names for, and no others.
            if endpoint == resolved, name.hasPrefix("ipc://"), let file = SocketFile(String(name.dropFirst(6))) {
                files.withLock { $0.append(file) }
            }
        }
        for endpoint in connect { try socket.connect(endpoint) }
    }

    // MARK: The end

    private func close(linger: Duration?) -> UInt64 {
        var sent: UInt64 = 0
        for socket in sockets.withLock({ exchange(&$0, with: []) }) {
            sent += socket.statistics.sent
            // It fails for a socket that is closed already.
            try? socket.setLinger(linger)
            socket.close()
        }
        for file in files.withLock({ exchange(&$0, with: []) }) { file.remove() }
        return sent
    }

    /// Closes everything at once, but for what leaves without anybody waiting for it.
    private func abandon() async {
        _ = close(linger: Self.farewell)
        // In a task that is not cancelled, so that what is on its way gets its moment.
        await Task { [context] in try? await context.terminate(within: .seconds(2)) }.value
    }

    /// Waits until what was sent is handed over.
    private func finish() async throws {
        let sent = close(linger: nil)
        let first = timeout.map { min($0, Self.patience) } ?? Self.patience
        if try await isTerminated(within: first) { return }
        if sent > 0, timeout.map({ $0 > first }) ?? true {
            note("waiting until peers take what was sent (\(sent) messages at most); Ctrl-C gives up")
        }
        while true {
            if try await isTerminated(within: timeout.map { $0 - first } ?? .seconds(3600)) { return }
            guard let timeout else { continue }
            throw CommandFailure(
                .timedOut,
                "\(sent) messages were sent, and not all of them handed over within \(DurationText.text(timeout)): "
                    + "is a peer there, and does it read?"
            )
        }
    }

    private func isTerminated(within limit: Duration) async throws -> Bool {
        do {
            try await context.terminate(within: limit)
            return true
        } catch {
            guard error.code == .terminationTimedOut else { throw error }
            return false
        }
    }
}
