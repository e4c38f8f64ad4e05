// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

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
                    + "router and dealer, xsub and xpub, pull and push, sub and pub, dealer and dealer, "
                    + "or pair and pair"
            )
        }
    }
}
