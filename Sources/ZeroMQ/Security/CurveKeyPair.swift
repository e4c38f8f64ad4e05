// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// A CURVE key pair: a peer's own identity.
public struct CurveKeyPair: Sendable, Hashable {
    /// What others know the peer by.
    public let publicKey: CurvePublicKey
    /// What proves that it is this peer.
    public let secretKey: CurveSecretKey

    /// The pair of a secret key.
    ///
    /// - Throws: ``ZMQError/Code/notSupported`` when the libzmq in use has no CURVE.
    public init(secretKey: CurveSecretKey) throws(ZMQError) {
        publicKey = try secretKey.publicKey()
        self.secretKey = secretKey
    }

    init(publicKey: CurvePublicKey, secretKey: CurveSecretKey) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// A new pair. Source: `zmq_curve_keypair(3)`.
    ///
    /// - Throws: ``ZMQError/Code/notSupported`` when the libzmq in use has no CURVE.
    public static func generate() throws(ZMQError) -> CurveKeyPair {
        let operation = "CurveKeyPair.generate()"
        try CurveKey.require(operation)
        var publicText = [UInt8](repeating: 0, count: CurveKey.characterCount + 1)
        var secretText = publicText
        defer { wipe(&secretText) }
        let result = unsafe publicText.withUnsafeMutableBytes { publicText in
            unsafe secretText.withUnsafeMutableBytes { secretText in
                unsafe zmq_curve_keypair(
                    publicText.bindMemory(to: CChar.self).baseAddress,
                    secretText.bindMemory(to: CChar.self).baseAddress
                )
            }
        }
        guard result == 0 else { throw ZMQError.from(zmq_errno(), operation) }
        var secret = Array(secretText.prefix(CurveKey.characterCount))
        defer { wipe(&secret) }
        return CurveKeyPair(
            publicKey: try CurvePublicKey(try CurveKey.decode(publicText.dropLast(), operation)),
            secretKey: try CurveSecretKey(z85: secret)
        )
    }

    /// Derives the public key from the secret one.
    static func publicKey(of secretKey: CurveSecretKey) throws(ZMQError) -> CurvePublicKey {
        let operation = "CurveSecretKey.publicKey()"
        try CurveKey.require(operation)
        var publicText = [UInt8](repeating: 0, count: CurveKey.characterCount + 1)
        var secretText = secretKey.z85Characters + [0]
        defer { wipe(&secretText) }
        let result = unsafe publicText.withUnsafeMutableBytes { publicText in
            unsafe secretText.withUnsafeBytes { secretText in
                unsafe zmq_curve_public(
                    publicText.bindMemory(to: CChar.self).baseAddress,
                    secretText.bindMemory(to: CChar.self).baseAddress
                )
            }
        }
        guard result == 0 else { throw ZMQError.from(zmq_errno(), operation) }
        return try CurvePublicKey(try CurveKey.decode(publicText.dropLast(), operation))
    }
}
