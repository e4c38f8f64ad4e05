// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The pairs that make sense: no others compile.
extension Proxy {
    /// Clients (REQ, DEALER) at the frontend, workers (REP, ROUTER, DEALER) at the backend: a shared queue.
    ///
    /// - Parameters:
    ///   - frontend: The side that clients, publishers or senders are at.
    ///   - backend: The other side.
    ///   - capture: Gets a copy of each message that was handed over, in both directions (with the routing ids in
    ///     front). What it cannot take at once is dropped and counted: it holds up nobody.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        _ frontend: RouterSocket,
        _ backend: DealerSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(frontend as any Socket, backend, capture: capture, options: options)
    }

    /// Publishers at the frontend, subscribers at the backend. Subscriptions travel from the backend to the frontend.
    ///
    /// - Parameters:
    ///   - frontend: The side that clients, publishers or senders are at.
    ///   - backend: The other side.
    ///   - capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        _ frontend: XSubscriberSocket,
        _ backend: XPublisherSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(frontend as any Socket, backend, capture: capture, options: options)
    }

    /// What a subscriber has subscribed to is published again, in one direction.
    ///
    /// - Parameters:
    ///   - frontend: The side that clients, publishers or senders are at.
    ///   - backend: The other side.
    ///   - capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        _ frontend: SubscriberSocket,
        _ backend: PublisherSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(frontend as any Socket, backend, isOneWay: true, capture: capture, options: options)
    }

    /// From PUSH peers at the frontend to PULL peers at the backend, in one direction.
    ///
    /// - Parameters:
    ///   - frontend: The side that clients, publishers or senders are at.
    ///   - backend: The other side.
    ///   - capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        _ frontend: PullSocket,
        _ backend: PushSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(frontend as any Socket, backend, isOneWay: true, capture: capture, options: options)
    }

    /// Between two DEALER sockets. With the same socket twice, each message goes back to one of its peers.
    ///
    /// - Parameters:
    ///   - frontend: The side that clients, publishers or senders are at.
    ///   - backend: The other side.
    ///   - capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        _ frontend: DealerSocket,
        _ backend: DealerSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(frontend as any Socket, backend, capture: capture, options: options)
    }

    /// Between two PAIR sockets. With the same socket twice, each message goes back to its peer.
    ///
    /// - Parameters:
    ///   - frontend: The side that clients, publishers or senders are at.
    ///   - backend: The other side.
    ///   - capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        _ frontend: PairSocket,
        _ backend: PairSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(frontend as any Socket, backend, capture: capture, options: options)
    }

    /// Each message goes back to the client that it came from: an echo.
    ///
    /// - Parameters:
    ///   - socket: The socket whose messages go back.
    ///   - capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        echoing socket: RouterSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(socket as any Socket, socket, capture: capture, options: options)
    }
}
