// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A public key, perhaps with its secret key, and what is to be known about its owner, as czmq and pyzmq keep them in
/// files.
///
/// The public certificate is the file `NAME.key`, to be given to others; the secret one is `NAME.key_secret`, which
/// nobody but its owner may read. czmq (`zcert`, `zauth`) and pyzmq (`zmq.auth`) read the files that this type writes,
/// and this type theirs. Source: ZeroMQ RFC 4/ZPL.
public struct CurveCertificate: Sendable, Hashable {
    /// Whom the certificate stands for.
    public var publicKey: CurvePublicKey
    /// The secret key, in a secret certificate.
    public var secretKey: CurveSecretKey?
    /// Names and values, such as `email`. Names consist of letters, digits and `$-_@.&+/`; values are one line.
    public var metadata: [String: String]

    /// A certificate that others get.
    public init(publicKey: CurvePublicKey, metadata: [String: String] = [:]) {
        self.publicKey = publicKey
        self.metadata = metadata
    }

    /// A certificate with its secret.
    public init(keys: CurveKeyPair, metadata: [String: String] = [:]) {
        publicKey = keys.publicKey
        secretKey = keys.secretKey
        self.metadata = metadata
    }

    /// Both keys; nil in a public certificate.
    public var keys: CurveKeyPair? {
        secretKey.map { CurveKeyPair(publicKey: publicKey, secretKey: $0) }
    }

    /// Reads a certificate from a file.
    ///
    /// A file that holds a secret key is refused unless its owner alone can read it.
    ///
    /// - Throws: ``ZMQError/Code/invalidCertificate`` with the file and the line, also for what is not a plain file of
    ///   at most 16 KiB (a symbolic link, say); ``ZMQError/Code/unsafePermissions`` with the file's mode;
    ///   ``ZMQError/Code/system`` when it cannot be read.
    public init(contentsOfFile path: String) throws(ZMQError) {
        let operation = "load certificate \(path)"
        let file = try KeyFile.open(path, operation)
        defer { file.close() }
        var bytes = try file.contents(operation)
        defer { wipe(&bytes) }
        let certificate = try CurveCertificate(parsing: bytes, path: path)
        if let secretKey = certificate.secretKey {
            try file.requirePrivate(operation)
            // A pair that does not match would fail in the handshake, without a reason that anybody sees.
            if Capability.curve.isAvailable, try secretKey.publicKey() != certificate.publicKey {
                let advice = "its public-key does not belong to its secret-key"
                throw ZMQError(.invalidCertificate, operation: operation, advice: advice)
            }
        }
        self = certificate
    }

    /// Writes `NAME.key` and, when there is a secret key, `NAME.key_secret` (mode 0600) into a directory.
    ///
    /// Each file appears whole or not at all. A file that exists is never replaced.
    ///
    /// - Returns: The path of the public certificate; the secret one's is the same with `_secret` behind it.
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a name or metadata that cannot be written;
    ///   ``ZMQError/Code/system`` with the reason, `EEXIST` for one when a file is already there.
    @discardableResult
    public func save(to directory: String, name: String) throws(ZMQError) -> String {
        let characters = name.utf8
        guard (1...200).contains(characters.count), characters.first != UInt8(ascii: "."),
            characters.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") })
        else {
            let advice = "use 1 to 200 characters without '/', spaces, or '.' in front"
            throw ZMQError(.invalidArgument, operation: "save certificate \(name.debugDescription)", advice: advice)
        }
        let path = "\(directory)/\(name).key"
        let publicText = try text(withSecret: false)
        guard secretKey != nil else {
            try KeyFile.create(path, publicText, mode: 0o644)
            return path
        }
        var secretText = try text(withSecret: true)
        defer { wipe(&secretText) }
        try KeyFile.create("\(path)_secret", secretText, mode: 0o600)
        do throws(ZMQError) { try KeyFile.create(path, publicText, mode: 0o644) } catch {
            KeyFile.remove("\(path)_secret")
            throw error
        }
        return path
    }
}
