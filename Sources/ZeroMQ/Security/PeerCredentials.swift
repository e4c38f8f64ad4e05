// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

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
