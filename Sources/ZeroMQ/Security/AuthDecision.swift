// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a policy says about a client.
public struct AuthDecision: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        case accept(userID: String?)
        case refuse
        case temporaryFailure
    }

    let verdict: Verdict

    /// Let it in. Its user id is its key in ``Z85``, or with PLAIN its name.
    public static let accept = AuthDecision(verdict: .accept(userID: nil))
    /// Turn it away (ZAP status 400). Its libzmq says so to its monitor, and does not connect again by itself: what it
    /// sends waits as for a peer that is not there.
    public static let refuse = AuthDecision(verdict: .refuse)
    /// Turn it away for now: ZAP status 300, which RFC 27/ZAP calls a temporary failure. libzmq does not tell the client, but leaves the connection to
    /// ``TransportOptions/handshakeTimeout`` of either side, after which the client connects again.
    public static let temporaryFailure = AuthDecision(verdict: .temporaryFailure)

    /// Let it in, under this user id: ``Message/userID`` of all messages that come from it. 1 to 255 bytes without a zero;
    /// with another one the client is refused.
    public static func accept(userID: String) -> AuthDecision { AuthDecision(verdict: .accept(userID: userID)) }
}

/// How a peer proves who it is.
public struct AuthMechanism: Sendable, Hashable, CustomStringConvertible {
    /// ZMTP's name for it.
    public let name: String

    /// Public keys and encryption. Source: ZeroMQ RFC 26/CURVEZMQ.
    public static let curve = AuthMechanism(name: "CURVE")
    /// A name and a password in the clear. Source: ZeroMQ RFC 24/ZMTP-PLAIN.
    public static let plain = AuthMechanism(name: "PLAIN")

    /// ZMTP's name for it.
    public var description: String { name }
}

/// What a client says of itself when it connects.
///
/// With CURVE it has proven that it has the secret key that belongs to ``publicKey``; with PLAIN nothing is proven yet.
public struct PeerCredentials: Sendable, Hashable {
    /// How it proves who it is.
    public let mechanism: AuthMechanism
    /// Where it connects from: an IP address; empty over `ipc`.
    public let address: String
    /// Its key (CURVE).
    public let publicKey: CurvePublicKey?
    /// Its name (PLAIN).
    public let username: String?
    /// Its password (PLAIN). Does not show in descriptions.
    public var password: String? { secret?.text }

    let secret: Password?

    /// A CURVE client, for tests of policies.
    public init(publicKey: CurvePublicKey, address: String = "") {
        self.init(.curve, address, publicKey: publicKey)
    }

    /// A PLAIN client, for tests of policies.
    public init(username: String, password: String, address: String = "") {
        self.init(.plain, address, username: username, secret: Password(password))
    }

    private init(
        _ mechanism: AuthMechanism,
        _ address: String,
        publicKey: CurvePublicKey? = nil,
        username: String? = nil,
        secret: Password? = nil
    ) {
        self.mechanism = mechanism
        self.address = address
        self.publicKey = publicKey
        self.username = username
        self.secret = secret
    }

    /// Who it is unless the policy says otherwise.
    var userID: String { publicKey?.z85 ?? username ?? "" }
}
