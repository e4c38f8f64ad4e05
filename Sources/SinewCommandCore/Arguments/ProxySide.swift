// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// One end of a proxy as it is written in an argument: `router:tcp://*:5555` binds, `router:connect:tcp://host:5555`
/// connects.
package struct ProxySide: Sendable, Hashable {
    /// The kind of socket.
    package let kind: ProxyKind
    /// Whether the socket is bound.
    package let isBound: Bool
    /// The endpoint, as it was written.
    package let endpoint: String

    /// Reads an argument.
    package init(parsing text: String) throws(ArgumentFault) {
        let kinds = ProxyKind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let colon = text.firstIndex(of: ":"), let kind = ProxyKind(rawValue: String(text[..<colon])) else {
            throw ArgumentFault(
                "'\(text)' does not begin with a kind and a colon; write KIND:ENDPOINT with one of \(kinds)"
            )
        }
        let rest = text[text.index(after: colon)...]
        self.kind = kind
        isBound = !rest.hasPrefix("connect:")
        endpoint = String(isBound ? (rest.hasPrefix("bind:") ? rest.dropFirst(5) : rest) : rest.dropFirst(8))
    }
}

/// The kinds of sockets that a proxy can have.
package enum ProxyKind: String, Sendable, CaseIterable {
    case router, dealer, xsub, xpub, sub, pub, pull, push, pair
}

/// What a proxy does with two kinds of sockets.
package enum ProxyPairing: Sendable, Hashable {
    case routerDealer, dealerDealer, xsubXpub, subPub, pullPush, pairPair

    /// The pairing of a frontend with a backend.
    package init(frontend: ProxyKind, backend: ProxyKind) throws(ArgumentFault) {
        switch (frontend, backend) {
        case (.router, .dealer): self = .routerDealer
        case (.dealer, .dealer): self = .dealerDealer
        case (.xsub, .xpub): self = .xsubXpub
        case (.sub, .pub): self = .subPub
        case (.pull, .push): self = .pullPush
        case (.pair, .pair): self = .pairPair
        default:
            throw ArgumentFault(
                "a proxy cannot stand between \(frontend.rawValue) and \(backend.rawValue); frontend and backend are "
                    + "router and dealer, xsub and xpub, pull and push, sub and pub, dealer and dealer, or pair and pair"
            )
        }
    }
}
