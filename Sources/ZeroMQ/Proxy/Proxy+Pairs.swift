// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A socket that can be at the frontend of a ``Proxy``, and what then makes sense at the backend.
///
/// As with ``Socket``, conformances of your own are not supported.
public protocol ProxyFrontend: Socket {
    /// The socket at the other side.
    associatedtype ProxyBackend: Socket
}

extension RouterSocket: ProxyFrontend {
    /// Clients (REQ, DEALER) at the frontend, workers (REP, ROUTER, DEALER) at the backend: a shared queue.
    public typealias ProxyBackend = DealerSocket
}

extension XSubscriberSocket: ProxyFrontend {
    /// Publishers at the frontend, subscribers at the backend, whose subscriptions travel to the publishers.
    public typealias ProxyBackend = XPublisherSocket
}

extension SubscriberSocket: ProxyFrontend {
    /// What the frontend has subscribed to is published again, in one direction.
    public typealias ProxyBackend = PublisherSocket
}

extension PullSocket: ProxyFrontend {
    /// From PUSH peers at the frontend to PULL peers at the backend, in one direction.
    public typealias ProxyBackend = PushSocket
}

extension DealerSocket: ProxyFrontend {
    /// Both ways between two DEALER sockets, or back from one to one of its peers.
    public typealias ProxyBackend = DealerSocket
}

extension PairSocket: ProxyFrontend {
    /// Both ways between two PAIR sockets, or back from one to its peer.
    public typealias ProxyBackend = PairSocket
}

/// The pairs that make sense: no others compile.
extension Proxy {
    /// A proxy between two sockets of a pair that makes sense:
    ///
    /// | Frontend | Backend | What it does |
    /// |---|---|---|
    /// | ROUTER | DEALER | clients (REQ, DEALER) share workers (REP, ROUTER, DEALER): a queue |
    /// | XSUB | XPUB | publishers share subscribers; subscriptions travel to the publishers |
    /// | SUB | PUB | what the frontend has subscribed to is published again, in one direction |
    /// | PULL | PUSH | from senders to receivers, in one direction |
    /// | DEALER | DEALER | both ways |
    /// | PAIR | PAIR | both ways |
    ///
    /// A DEALER or a PAIR may be both sides: each message goes back to one of its peers. For a ROUTER there is
    /// ``init(echoing:capture:options:)``.
    ///
    /// An XPUB must report changes, as it does unless told otherwise. When it reports each subscription, so does the
    /// XSUB, but not each end (libzmq): publishers that count never come down to zero, and with
    /// ``SubscriptionReports/everySubscription`` what two have asked for is sent for ever.
    ///
    /// - Parameters:
    ///   - frontend: The side that clients, publishers or senders are at.
    ///   - backend: The other side.
    ///   - capture: Gets a copy of each message that was handed over, in both directions (with the routing ids in
    ///     front). What it cannot take at once is dropped and counted: it holds up nobody.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init<Frontend: ProxyFrontend>(
        _ frontend: Frontend,
        _ backend: Frontend.ProxyBackend,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(from: frontend, to: backend, capture: capture, options: options)
    }

    /// Each message goes back to the client that it came from: an echo.
    ///
    /// - Parameters:
    ///   - socket: The socket whose messages go back.
    ///   - capture: Gets a copy of each message that was handed over; see ``init(_:_:capture:options:)``.
    ///   - options: How the proxy treats peers that do not keep up.
    public convenience init(
        echoing socket: RouterSocket,
        capture: (any SendingSocket)? = nil,
        options: Options = Options()
    ) {
        self.init(from: socket, to: socket, capture: capture, options: options)
    }
}
