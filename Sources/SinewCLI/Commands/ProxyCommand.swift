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
            A side is KIND:ENDPOINT, which binds, or KIND:connect:ENDPOINT. The sides are router and dealer (requests), \
            xsub and xpub (publishers and subscribers), pull and push (jobs), sub and pub, dealer and dealer, or pair and \
            pair. At its end it says on standard error what it has moved. With CURVE, sides that bind are servers and \
            sides that connect are clients.

            Example: sinew proxy --frontend router:tcp://*:5555 --backend dealer:tcp://*:5556

            \(ExitStatus.help)
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
        let sides = [frontend, backend]
        if curve.isServer, !sides.contains(where: \.isBound) {
            throw ValidationError("no side binds, so there is no CURVE server; leave --curve-allow out")
        }
        if curve.curveServerKey != nil, sides.allSatisfy(\.isBound) {
            throw ValidationError("no side connects, so there is no CURVE client; leave --curve-server-key out")
        }
        let isSecured = curve.isServer || curve.curveServerKey != nil
        if isSecured, sides.contains(where: \.isBound), !curve.isServer {
            throw ValidationError("the side that binds would be open: add --curve-allow DIR or --curve-allow-any")
        }
        if isSecured, !sides.allSatisfy(\.isBound), curve.curveServerKey == nil {
            throw ValidationError("the side that connects would be open: add --curve-server-key KEY")
        }
    }

    func run() async throws {
        try await Session.run(timeout: .seconds(1)) { session in
            let captured = try capture.map { try makeCapture(at: $0, session) }
            let proxy = try makeProxy(session, captured)
            defer { note(summary(of: proxy.statistics)) }
            try await proxy.run()
        }
    }

    private func makeCapture(at endpoint: Endpoint, _ session: Session) throws -> PublisherSocket {
        let transport = TransportOptions.forTool([endpoint], security: try curve.security(asServer: true))
        let options = PublisherSocket.Options(sendHighWaterMark: queue.hwm, transport: transport)
        let socket = try PublisherSocket(context: session.context, options: options)
        try session.open(socket, bind: [endpoint], connect: [])
        return socket
    }

    private func makeProxy(_ session: Session, _ capture: PublisherSocket?) throws -> Proxy {
        switch try ProxyPairing(frontend: frontend.kind, backend: backend.kind) {
        case .routerDealer: return Proxy(try router(session), try dealer(backend, session), capture: capture)
        case .dealerDealer:
            return Proxy(try dealer(frontend, session), try dealer(backend, session), capture: capture)
        case .xsubXpub:
            let options = try XSubscriberSocket.Options(receiveHighWaterMark: queue.hwm, transport: transport(frontend))
            let publisherOptions = try XPublisherSocket.Options(
                sendHighWaterMark: queue.hwm,
                transport: transport(backend)
            )
            let front = try open(XSubscriberSocket(context: session.context, options: options), frontend, session)
            let back = try open(XPublisherSocket(context: session.context, options: publisherOptions), backend, session)
            return Proxy(front, back, capture: capture)
        case .subPub:
            let options = try SubscriberSocket.Options(receiveHighWaterMark: queue.hwm, transport: transport(frontend))
            let made = try SubscriberSocket(subscriptions: [.all], context: session.context, options: options)
            let publisherOptions = try PublisherSocket.Options(
                sendHighWaterMark: queue.hwm,
                transport: transport(backend)
            )
            let back = try open(PublisherSocket(context: session.context, options: publisherOptions), backend, session)
            return Proxy(try open(made, frontend, session), back, capture: capture)
        case .pullPush:
            let options = try PullSocket.Options(receiveHighWaterMark: queue.hwm, transport: transport(frontend))
            let pushOptions = try PushSocket.Options(sendHighWaterMark: queue.hwm, transport: transport(backend))
            let front = try open(PullSocket(context: session.context, options: options), frontend, session)
            let back = try open(PushSocket(context: session.context, options: pushOptions), backend, session)
            return Proxy(front, back, capture: capture)
        case .pairPair: return Proxy(try pair(frontend, session), try pair(backend, session), capture: capture)
        }
    }

    // MARK: Sockets

    private func router(_ session: Session) throws -> RouterSocket {
        let options = try RouterSocket.Options(
            sendHighWaterMark: queue.hwm,
            receiveHighWaterMark: queue.hwm,
            transport: transport(frontend)
        )
        return try open(RouterSocket(context: session.context, options: options), frontend, session)
    }

    private func dealer(_ side: ProxySide, _ session: Session) throws -> DealerSocket {
        let options = try DealerSocket.Options(
            sendHighWaterMark: queue.hwm,
            receiveHighWaterMark: queue.hwm,
            transport: transport(side)
        )
        return try open(DealerSocket(context: session.context, options: options), side, session)
    }

    private func pair(_ side: ProxySide, _ session: Session) throws -> PairSocket {
        let options = try PairSocket.Options(
            sendHighWaterMark: queue.hwm,
            receiveHighWaterMark: queue.hwm,
            transport: transport(side)
        )
        return try open(PairSocket(context: session.context, options: options), side, session)
    }

    private func transport(_ side: ProxySide) throws -> TransportOptions {
        .forTool([try endpoint(from: side.endpoint)], security: try curve.security(asServer: side.isBound))
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
