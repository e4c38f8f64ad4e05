// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Whom a server lets in. There is no default: a server that is to accept everybody says so.
///
/// Peers are asked about when they connect, before anything is received from them or sent to them. What goes wrong on
/// the way to an answer refuses.
public struct AuthPolicy: Sendable, Hashable {
    enum Rule: Sendable, Hashable {
        case anyone
        case keys(Set<CurvePublicKey>)
        case passwords([String: Password])
        case directory(String)
        case verify(Verifier)
    }

    let rule: Rule

    /// Everybody who speaks the mechanism. With CURVE that is everybody who knows the server's public key; traffic is
    /// encrypted, and nobody's identity is known.
    public static let anyone = AuthPolicy(rule: .anyone)

    /// CURVE clients with one of these keys. An empty list refuses everybody.
    public static func allow(_ keys: some Sequence<CurvePublicKey>) -> AuthPolicy {
        AuthPolicy(rule: .keys(Set(keys)))
    }

    /// PLAIN clients with one of these names and its password. (PLAIN does not encrypt: use it over `ipc`, or where
    /// nobody listens.)
    public static func allow(passwords: [String: String]) -> AuthPolicy {
        AuthPolicy(rule: .passwords(passwords.mapValues(Password.init)))
    }

    /// CURVE clients whose public certificate (`*.key`) is in this directory when they connect.
    ///
    /// The directory is read anew for each handshake (for all that wait together), on a thread of its own, so a file
    /// that is added or removed counts for the next one; connections that exist stay. Hidden files and those that do
    /// not end in `.key` are passed over. A file that cannot be read counts as not there
    /// (``AuthStatistics/unreadableCertificates``). A directory that cannot be read, has more than 4096 entries, or may
    /// be written by everybody, refuses everybody (``AuthStatistics/failed``). Reading may take 5 s: when it takes
    /// longer, the client is not let in, and ``AuthStatistics/timedOut`` counts it.
    public static func directory(_ path: String) -> AuthPolicy { AuthPolicy(rule: .directory(path)) }

    /// Clients that a function of yours accepts.
    ///
    /// It runs in a task of its own on Swift's pool, for several clients at once: up to 128 for each socket. A client
    /// beyond that, and one for which the function throws or does not answer in time, is not let in, and comes again
    /// later (``AuthDecision/temporaryFailure``). After its time the task is cancelled, and what it answers is counted
    /// and ignored; a function that goes on in spite of that keeps its place until it returns.
    ///
    /// - Parameters:
    ///   - limit: How long it may take; clients wait no longer than ``TransportOptions/handshakeTimeout``.
    ///   - verify: Gets what the client says of itself, and decides.
    public static func verify(
        within limit: Duration = .seconds(5),
        _ verify: @escaping @Sendable (PeerCredentials) async throws -> AuthDecision
    ) -> AuthPolicy {
        AuthPolicy(rule: .verify(Verifier(limit, verify)))
    }

    /// Two policies with functions are the same when one is a copy of the other.
    final class Verifier: Sendable, Hashable {
        let limit: Duration
        let body: @Sendable (PeerCredentials) async throws -> AuthDecision

        init(_ limit: Duration, _ body: @escaping @Sendable (PeerCredentials) async throws -> AuthDecision) {
            self.limit = limit
            self.body = body
        }

        static func == (left: Verifier, right: Verifier) -> Bool { left === right }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
    }

    /// Whether this policy can say anything about clients of a mechanism.
    func applies(to mechanism: AuthMechanism) -> Bool {
        switch rule {
        case .anyone, .verify: true
        case .keys, .directory: mechanism == .curve
        case .passwords: mechanism == .plain
        }
    }
}

extension AuthPolicy: CustomStringConvertible {
    /// What kind of policy it is.
    public var description: String {
        switch rule {
        case .anyone: "anyone"
        case .keys(let keys): "allow(\(keys.count) keys)"
        case .passwords(let passwords): "allow(\(passwords.count) passwords)"
        case .directory(let path): "directory(\(path))"
        case .verify: "verify"
        }
    }
}
