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
            let word = text.prefix { $0 != ":" }
            let isEndpoint = text.dropFirst(word.count).hasPrefix("://")
            let reason =
                isEndpoint ? "'\(text)' does not begin with a kind and a colon" : "'\(word)' is not a kind of socket"
            throw ArgumentFault("\(reason); write KIND:ENDPOINT with one of \(kinds)")
        }
        let rest = text[text.index(after: colon)...]
        self.kind = kind
        isBound = !rest.hasPrefix("connect:")
        endpoint = String(isBound ? (rest.hasPrefix("bind:") ? rest.dropFirst(5) : rest) : rest.dropFirst(8))
    }
}
