// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Poll {
    /// The messages of several sockets in one loop, each with the socket it came from.
    ///
    /// ```swift
    /// for try await (socket, message) in Poll.messages(from: [news, commands]) {
    ///     if socket === commands { obey(message) } else { show(message) }
    /// }
    /// ```
    ///
    /// Sockets that have messages take turns, a message each. Leaving the loop loses nothing: messages are taken from
    /// the sockets one by one. The loop ends with an error that names the socket when one can no longer be received
    /// from, and with ``ZMQError/Code/cancelled`` when its task is cancelled.
    public static func messages(from sockets: [any ReceivingSocket]) -> PolledMessages {
        PolledMessages(sockets: sockets)
    }
}

/// The messages of several sockets as they come, fairly from each; see ``Poll/messages(from:)``.
public struct PolledMessages: AsyncSequence, Sendable {
    /// A message and the socket it came from.
    public typealias Element = (socket: any ReceivingSocket, message: Message)
    /// What the sequence throws.
    public typealias Failure = ZMQError

    let sockets: [any ReceivingSocket]

    /// Starts waiting with the first call of `next`.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(sockets: sockets) }

    /// Receives from one ready socket after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let sockets: [any ReceivingSocket]
        private var poll: Poll?
        private var ready: ArraySlice<Poll.Ready.Item> = []

        init(sockets: [any ReceivingSocket]) { self.sockets = sockets }

        /// The next message of any of the sockets, however long it takes.
        ///
        /// - Throws: What ``Poll/wait(timeout:)`` throws.
        public mutating func next() async throws(ZMQError) -> Element? {
            while true {
                while let socket = ready.popFirst()?.socket as? any ReceivingSocket {
                    if let message = try socket.tryReceive() { return (socket, message) }
                }
                ready = try await waitForNews().items[...]
            }
        }

        /// The next message of any of the sockets, however long it takes.
        ///
        /// - Throws: What ``Poll/wait(timeout:)`` throws.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ZMQError) -> Element? {
            try await next()
        }

        private mutating func waitForNews() async throws(ZMQError) -> Poll.Ready {
            if let poll { return try await poll.wait() }
            let poll = try Poll(sockets)
            self.poll = poll
            return try await poll.wait()
        }
    }
}
