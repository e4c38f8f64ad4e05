// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The pairs that make sense: no others compile.
extension Proxy {
    /// Clients (REQ, DEALER) at the frontend, workers (REP, ROUTER, DEALER) at the backend: a shared queue.
    ///
    /// - Parameter capture: Gets a copy of each message that was handed over, in both directions (with the routing ids in
    ///   front). What it cannot take at once is dropped and counted: it holds up nobody.
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
    /// - Parameter capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
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
    /// - Parameter capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
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
    /// - Parameter capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
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
    /// - Parameter capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
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
    /// - Parameter capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
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
    /// - Parameter capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)-(RouterSocket,_,_,_)``.
    public convenience init(
        echoing socket: RouterSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(socket as any Socket, socket, capture: capture, options: options)
    }
}
