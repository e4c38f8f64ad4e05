// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A CURVE public key: 32 bytes that may be shown to everybody.
public struct CurvePublicKey: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// A key of exactly 32 bytes.
    ///
    /// - Throws: ``ZMQError/Code/invalidKey``.
    public init(_ bytes: some Collection<UInt8>) throws(ZMQError) {
        let bytes = Array(bytes)
        guard bytes.count == CurveKey.byteCount else { throw CurveKey.wrongLength("CurvePublicKey", bytes.count) }
        self.bytes = bytes
    }

    /// A key from its 40 characters of ``Z85``.
    ///
    /// - Throws: ``ZMQError/Code/invalidKey``, naming the character.
    public init(z85 text: some StringProtocol) throws(ZMQError) {
        bytes = try CurveKey.decode(Array(text.utf8), "CurvePublicKey(z85:)")
    }

    /// The key as 40 characters of ``Z85``.
    public var z85: String { String(decoding: Z85.characters(of: bytes), as: UTF8.self) }

    /// As ``z85``.
    public var description: String { z85 }
}

/// What public and secret keys have in common.
enum CurveKey {
    static let byteCount = 32
    static let characterCount = 40

    static func wrongLength(_ operation: String, _ count: Int) -> ZMQError {
        ZMQError(.invalidKey, operation: operation, advice: "it has \(count) bytes; a key has \(byteCount)")
    }

    static func decode(_ text: [UInt8], _ operation: String) throws(ZMQError) -> [UInt8] {
        guard text.count == characterCount else {
            let advice = "it has \(text.count) characters; a key has \(characterCount) of Z85"
            throw ZMQError(.invalidKey, operation: operation, advice: advice)
        }
        do throws(Z85.Failure) { return try Z85.decode(utf8: text) } catch {
            throw ZMQError(.invalidKey, operation: operation, advice: error.description)
        }
    }

    /// Refuses when libzmq was built without CURVE: nothing may run unencrypted instead.
    static func require(_ operation: String, isAvailable: Bool = Capability.curve.isAvailable) throws(ZMQError) {
        guard !isAvailable else { return }
        throw ZMQError(.notSupported, operation: operation, advice: "use a libzmq that was built with libsodium")
    }
}
