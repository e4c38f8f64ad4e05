// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

/// Reads `KIND:ENDPOINT`, `KIND:bind:ENDPOINT` or `KIND:connect:ENDPOINT`.
@Sendable private func side(from text: String) throws -> ProxySide {
    do {
        let side = try ProxySide(parsing: text)
        _ = try endpoint(from: side.endpoint)
        return side
    } catch let fault as ArgumentFault {
        throw ValidationError(fault.description)
    }
}

private let sideCompletion = CompletionKind.list(ProxyKind.allCases.map { "\($0.rawValue):tcp://" })

struct ProxyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Move messages between two sockets, until it is stopped.",
        discussion: """
            A side is KIND:ENDPOINT, which binds, or KIND:connect:ENDPOINT. The sides are router and dealer \
            (requests), xsub and xpub (publishers and subscribers), pull and push (jobs), sub and pub, dealer and \
            dealer, or pair and pair. At its end it says on standard error what it has moved. With CURVE, sides that \
            bind are servers and sides that connect are clients.

            Example: sinew proxy --frontend 'router:tcp://*:5555' --backend 'dealer:tcp://*:5556'

            \(ExitStatus.shortHelp)
            """
    )

    @Option(
        help: ArgumentHelp("Where clients, publishers or senders come.", valueName: "side"),
        completion: sideCompletion,
        transform: side(from:)
    )
    var frontend: ProxySide

    @Option(
        help: ArgumentHelp("Where services, subscribers or receivers come.", valueName: "side"),
        completion: sideCompletion,
        transform: side(from:)
    )
    var backend: ProxySide

    @Option(
        help: ArgumentHelp(
            "A PUB socket bound here gets a copy of every message; what nobody takes at once is dropped.",
            valueName: "endpoint"
        ),
        completion: endpointCompletion,
        transform: endpoint(from:)
    )
    var capture: Endpoint?

    @OptionGroup var queue: QueueOptions
    @OptionGroup var curve: CurveOptions

    func validate() throws {
        do {
            _ = try ProxyPairing(frontend: frontend.kind, backend: backend.kind)
        } catch {
            throw ValidationError(error.description)
        }
        try curve.check()
        // The capture binds, too.
        let sides = [frontend.isBound, backend.isBound] + (capture == nil ? [] : [true])
        if curve.isServer, !sides.contains(true) {
            throw ValidationError("no side binds, so there is no CURVE server; leave --curve-allow out")
        }
        if curve.curveServerKey != nil, !sides.contains(false) {
            throw ValidationError("no side connects, so there is no CURVE client; leave --curve-server-key out")
        }
        let isSecured = curve.isServer || curve.curveServerKey != nil
        if isSecured, sides.contains(true), !curve.isServer {
            throw ValidationError("what binds would be open: add --curve-allow DIR or --curve-allow-any")
        }
        if isSecured, sides.contains(false), curve.curveServerKey == nil {
            throw ValidationError("the side that connects would be open: add --curve-server-key KEY")
        }
    }

    /// How long what was taken may wait for room after a signal, and then what was handed over for its readers. Who
    /// stops containers gives ten seconds for everything.
    private static let handingOver = Duration.seconds(3)

    func run() async throws {
        do {
            try await move()
        } catch {
            // What is left behind after a signal is news.
            if Interruption.shared.status != nil, let failure = error as? CommandFailure { note(failure.description) }
            throw error
        }
        // The status is that of the signal.
        throw CancellationError()
    }

    private func move() async throws {
        try await Session.run(timeout: Self.handingOver) { session in
            let captured = try capture.map { try makeCapture(at: $0, session) }
            let proxy = try makeProxy(session, captured)
            defer {
                note(summary(of: proxy.statistics))
                let dropped = captured?.statistics.dropped ?? 0
                if dropped > 0 { note("capture: \(dropped) times a subscriber was full, and missed messages") }
            }
            // A signal is its usual end: what it has taken must not be lost with it.
            let stop: @Sendable () -> Void = { [weak proxy] in proxy?.stop(within: Self.handingOver) }
            guard Interruption.shared.onSignal(stop) else { throw CancellationError() }
            try await proxy.run()
        }
    }

    private func makeCapture(at endpoint: Endpoint, _ session: Session) throws -> PublisherSocket {
        let transport = TransportOptions.forTool([endpoint], security: try curve.security(asServer: true))
        let socket = try SocketFactory(session, highWaterMark: queue.hwm, transport).publisher()
        try session.open(socket, bind: [endpoint], connect: [])
        return socket
    }

    private func makeProxy(_ session: Session, _ capture: PublisherSocket?) throws -> Proxy {
        let (front, back) = (try sockets(frontend, session), try sockets(backend, session))
        func openFront<Kind: Socket>(_ socket: Kind) throws -> Kind { try open(socket, frontend, session) }
        func openBack<Kind: Socket>(_ socket: Kind) throws -> Kind { try open(socket, backend, session) }
        return switch try ProxyPairing(frontend: frontend.kind, backend: backend.kind) {
        case .routerDealer: Proxy(try openFront(front.router()), try openBack(back.dealer()), capture: capture)
        case .dealerDealer: Proxy(try openFront(front.dealer()), try openBack(back.dealer()), capture: capture)
        case .xsubXpub: Proxy(try openFront(front.xSubscriber()), try openBack(back.xPublisher()), capture: capture)
        case .subPub:
            Proxy(try openFront(front.subscriber(to: [.all])), try openBack(back.publisher()), capture: capture)
        case .pullPush: Proxy(try openFront(front.pull()), try openBack(back.push()), capture: capture)
        case .pairPair: Proxy(try openFront(front.pair()), try openBack(back.pair()), capture: capture)
        }
    }

    private func sockets(_ side: ProxySide, _ session: Session) throws -> SocketFactory {
        let security = try curve.security(asServer: side.isBound)
        let transport = TransportOptions.forTool([try endpoint(from: side.endpoint)], security: security)
        return SocketFactory(session, highWaterMark: queue.hwm, transport)
    }

    private func open<Kind: Socket>(_ socket: Kind, _ side: ProxySide, _ session: Session) throws -> Kind {
        let place = try endpoint(from: side.endpoint)
        try session.open(socket, bind: side.isBound ? [place] : [], connect: side.isBound ? [] : [place])
        return socket
    }

    private func summary(of statistics: ProxyStatistics) -> String {
        func text(_ name: String, _ direction: ProxyStatistics.Direction) -> String {
            var text = "\(name) \(direction.messages) messages, \(direction.bytes) bytes"
            let losses = [
                ("for clients that had gone", direction.unreachable), ("for full clients", direction.overflowed),
                ("refused", direction.refused), ("left behind", direction.returned + direction.lost),
            ]
            for (what, count) in losses where count > 0 { text += ", \(count) \(what)" }
            return text
        }
        return "\(text("forward", statistics.forward)); \(text("backward", statistics.backward))"
    }
}
