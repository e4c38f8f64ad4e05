// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which of the peers that a socket connects to have never been there, as its monitor's events tell.
///
/// Endpoints are texts in libzmq's notation. Peers that connect to the socket do not count: each of the endpoints has a
/// queue of its own, and nobody else takes what is in it.
package struct AwaitedPeers: Sendable {
    /// The endpoints whose peers have not been there.
    package private(set) var missing: [String]
    /// How many connections of the socket's making have no handshake yet, and how many have.
    private var underway: [String: Int] = [:]
    private var established: [String: Int] = [:]
    /// Where such a connection ended. One to a host may come back under another name.
    private var lost: [String] = []
    private let maximumLost: Int

    /// - Parameter endpoints: Where the socket connects, as it was written.
    package init(_ endpoints: [String]) {
        missing = endpoints.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        maximumLost = missing.count
    }

    /// The socket made a connection.
    package mutating func connected(_ endpoint: String) { underway[endpoint, default: 0] += 1 }

    /// A handshake succeeded, of a connection that the socket made or accepted.
    package mutating func handshakeSucceeded(_ endpoint: String) {
        let isOwn = underway.takeOne(endpoint)
        // What is accepted has the name of an endpoint that the socket is bound to.
        guard isOwn || missing.contains(endpoint) else { return }
        established[endpoint, default: 0] += 1
        if let index = missing.firstIndex(of: endpoint) {
            missing.remove(at: index)
        } else if let index = lost.firstIndex(of: endpoint) ?? lost.firstIndex(where: { mayBe($0, endpoint) }) {
            lost.remove(at: index)
        } else if let index = missing.firstIndex(where: { mayBe($0, endpoint) }) {
            missing.remove(at: index)
        }
    }

    /// A connection ended, one that the socket made or accepted.
    package mutating func disconnected(_ endpoint: String) {
        if established.takeOne(endpoint) {
            if lost.count < maximumLost { lost.append(endpoint) }
        } else {
            _ = underway.takeOne(endpoint)
        }
    }

    /// Whether libzmq may mean an endpoint as it was written by another: it names a host as it was given at the first
    /// attempt, and by its number later.
    private func mayBe(_ written: String, _ reported: String) -> Bool {
        guard let (host, port) = Self.parts(written), let other = Self.parts(reported) else { return false }
        let isAddress = host.allSatisfy { $0 == "." || $0.isNumber } && host.filter { $0 == "." }.count == 3
        return port == other.port && !isAddress
    }

    private static func parts(_ endpoint: String) -> (host: Substring, port: Substring)? {
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else { return nil }
        return (endpoint[..<colon].dropFirst(6), endpoint[endpoint.index(after: colon)...])
    }
}

extension [String: Int] {
    /// Takes one away, where there is one.
    fileprivate mutating func takeOne(_ key: String) -> Bool {
        guard let count = self[key] else { return false }
        self[key] = count > 1 ? count - 1 : nil
        return true
    }
}
