// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Whether a socket's connections are encrypted, and who may connect.
///
/// Servers and clients are roles of the handshake: either may bind, and a server's peers must all be clients of the
/// same mechanism. libzmq checks connections over `tcp` and `ipc`; `inproc` peers are in the same process, are not
/// asked, and are not encrypted.
public struct SocketSecurity: Sendable, Hashable {
    enum Role: Sendable, Hashable {
        case null
        case curveServer(CurveSecretKey, AuthPolicy)
        case curveClient(CurvePublicKey, CurveKeyPair)
        case plainServer(AuthPolicy)
        case plainClient(String, Password)
    }

    let role: Role

    /// Neither encryption nor authentication. libzmq: the mechanism `NULL`.
    public static let null = SocketSecurity(role: .null)

    /// Encrypted, for clients that know the public key of `secretKey` and that the policy accepts. libzmq:
    /// `ZMQ_CURVE_SERVER`, which accepts everybody, and `ZMQ_CURVE_SECRETKEY`.
    public static func curveServer(secretKey: CurveSecretKey, accepting policy: AuthPolicy) -> SocketSecurity {
        SocketSecurity(role: .curveServer(secretKey, policy))
    }

    /// Encrypted, with a server that must have the secret of `serverKey`, and as the owner of `keys`. libzmq:
    /// `ZMQ_CURVE_SERVERKEY`, `ZMQ_CURVE_PUBLICKEY` and `ZMQ_CURVE_SECRETKEY`.
    public static func curveClient(serverKey: CurvePublicKey, keys: CurveKeyPair) -> SocketSecurity {
        SocketSecurity(role: .curveClient(serverKey, keys))
    }

    /// For clients whose name and password the policy accepts. Nothing is encrypted. libzmq: `ZMQ_PLAIN_SERVER`.
    public static func plainServer(accepting policy: AuthPolicy) -> SocketSecurity {
        SocketSecurity(role: .plainServer(policy))
    }

    /// With a server that wants a name and a password, 1 to 255 bytes each. Nothing is encrypted. libzmq:
    /// `ZMQ_PLAIN_USERNAME` and `ZMQ_PLAIN_PASSWORD`.
    public static func plainClient(username: String, password: String) -> SocketSecurity {
        SocketSecurity(role: .plainClient(username, Password(password)))
    }

    /// The mechanism and the policy of a server.
    var server: (mechanism: AuthMechanism, policy: AuthPolicy)? {
        switch role {
        case .curveServer(_, let policy): (.curve, policy)
        case .plainServer(let policy): (.plain, policy)
        case .null, .curveClient, .plainClient: nil
        }
    }
}

extension SocketSecurity: CustomStringConvertible {
    /// The role, without secrets.
    public var description: String {
        switch role {
        case .null: "null"
        case .curveServer(_, let policy): "curveServer(accepting: \(policy))"
        case .curveClient(let key, let keys): "curveClient(serverKey: \(key), keys: \(keys.publicKey))"
        case .plainServer(let policy): "plainServer(accepting: \(policy))"
        case .plainClient(let name, _): "plainClient(username: \(name.debugDescription))"
        }
    }
}

extension SocketSecurity {
    /// Sets libzmq's options, and makes sure that they are in force: nothing runs unprotected because something failed.
    ///
    /// - Parameter domain: What the context's authenticator knows the server by.
    func apply(to writer: OptionWriter, domain: String?) throws(ZMQError) {
        let mechanism: Int32
        switch role {
        case .null: return
        case .curveServer(let secretKey, _):
            mechanism = ZMQ_CURVE
            try writer.setDomain(domain)
            try writer.enforceDomain()
            try writer.set(ZMQ_CURVE_SERVER, "security", to: true)
            try writer.set(ZMQ_CURVE_SECRETKEY, secret: secretKey)
        case .curveClient(let serverKey, let keys):
            mechanism = ZMQ_CURVE
            try writer.set(ZMQ_CURVE_SERVERKEY, "security.serverKey", to: serverKey.bytes)
            try writer.set(ZMQ_CURVE_PUBLICKEY, "security.keys.publicKey", to: keys.publicKey.bytes)
            try writer.set(ZMQ_CURVE_SECRETKEY, secret: keys.secretKey)
        case .plainServer:
            mechanism = ZMQ_PLAIN
            try writer.setDomain(domain)
            try writer.set(ZMQ_PLAIN_SERVER, "security", to: true)
        case .plainClient(let username, let password):
            mechanism = ZMQ_PLAIN
            // libzmq takes an empty one for "no security".
            try writer.set(ZMQ_PLAIN_USERNAME, "security.username", text: username)
            try writer.set(ZMQ_PLAIN_PASSWORD, "security.password", text: password.text)
        }
        try writer.expect(mechanism: mechanism, isServer: server != nil)
    }
}

extension OptionWriter {
    private func failure(_ what: String, _ advice: String = "") -> ZMQError {
        ZMQError(.invalidArgument, operation: "\(kind.name) socket option \(what)", advice: advice)
    }

    fileprivate func setDomain(_ domain: String?) throws(ZMQError) {
        guard let domain else { throw failure("security", "the server is not known to the authenticator") }
        try set(ZMQ_ZAP_DOMAIN, "security", to: Array(domain.utf8))
    }

    /// Has libzmq refuse everybody when there is no authenticator. Older ones do not know the option, and accept.
    fileprivate func enforceDomain() throws(ZMQError) {
        // The name is hidden in a stable zmq.h before 4.3.5; libzmq 4.3 knows the number.
        let enforce: Int32 = 93
        var value: Int32 = 1
        guard unsafe zmq_setsockopt(socket, enforce, &value, MemoryLayout<Int32>.size) != 0 else { return }
        let error = ZMQError.from(zmq_errno(), "\(kind.name) socket option security")
        guard error.code == .invalidArgument else { throw error }
    }

    fileprivate func set(_ option: Int32, secret key: CurveSecretKey) throws(ZMQError) {
        let result = unsafe key.withUnsafeBytes { bytes in
            unsafe zmq_setsockopt(socket, option, bytes.baseAddress, bytes.count)
        }
        guard result == 0 else { throw ZMQError.from(zmq_errno(), "\(kind.name) socket option security.secretKey") }
    }

    fileprivate func set(_ option: Int32, _ name: StaticString, text: String) throws(ZMQError) {
        let bytes = Array(text.utf8)
        guard (1...255).contains(bytes.count) else { throw failure("\(name)", "use 1 to 255 bytes") }
        try set(option, name, to: bytes)
    }

    fileprivate func expect(mechanism: Int32, isServer: Bool) throws(ZMQError) {
        let role = mechanism == ZMQ_CURVE ? ZMQ_CURVE_SERVER : ZMQ_PLAIN_SERVER
        for (option, expected) in [(ZMQ_MECHANISM, mechanism), (role, isServer ? 1 : 0)] {
            var value: Int32 = -1
            var size = MemoryLayout<Int32>.size
            guard unsafe zmq_getsockopt(socket, option, &value, &size) == 0, value == expected else {
                throw ZMQError(.notSupported, operation: "\(kind.name) socket option security")
            }
        }
    }
}
