// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A CURVE secret key: 32 bytes that nobody else may know.
///
/// It does not show in descriptions, `dump` or reflection, is compared in constant time, and is wiped from memory when
/// the last copy is let go of. (What libzmq and the caller copied of it is theirs.) ``withUnsafeBytes(_:)`` and ``z85``
/// give it away: their names are to be looked for in reviews.
public struct CurveSecretKey: Sendable {
    private let secret: SecretBytes

    private init(taking bytes: inout [UInt8]) {
        secret = SecretBytes(copying: bytes)
        wipe(&bytes)
    }

    /// A key of exactly 32 bytes.
    ///
    /// - Throws: ``ZMQError/Code/invalidKey``.
    public init(_ bytes: some Collection<UInt8>) throws(ZMQError) {
        guard bytes.count == CurveKey.byteCount else { throw CurveKey.wrongLength("CurveSecretKey", bytes.count) }
        var bytes = Array(bytes)
        self.init(taking: &bytes)
    }

    /// A key from its 40 characters of ``Z85``.
    ///
    /// - Throws: ``ZMQError/Code/invalidKey``, naming the character's position and not the character.
    public init(z85 text: some StringProtocol) throws(ZMQError) { try self.init(z85: Array(text.utf8)) }

    init(z85 text: [UInt8]) throws(ZMQError) {
        var text = text
        defer { wipe(&text) }
        var bytes = try CurveKey.decode(text, "CurveSecretKey(z85:)")
        self.init(taking: &bytes)
    }

    /// The secret as 40 characters of ``Z85``, which stay in memory for as long as the string does, and after.
    public var z85: String {
        var characters = z85Characters
        defer { wipe(&characters) }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The same as bytes, to be wiped by the caller.
    var z85Characters: [UInt8] {
        var bytes = unsafe withUnsafeBytes { unsafe Array($0) }
        defer { wipe(&bytes) }
        return Z85.characters(of: bytes)
    }

    /// Calls `body` with the 32 bytes; the pointer is valid only there.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe secret.withBytes { unsafe body($0) }
    }

    /// The public key that belongs to it. Source: `zmq_curve_public(3)`.
    ///
    /// - Throws: ``ZMQError/Code/notSupported`` when the libzmq in use has no CURVE.
    public func publicKey() throws(ZMQError) -> CurvePublicKey { try CurveKeyPair.publicKey(of: self) }
}

extension CurveSecretKey: Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Whether the keys are the same; takes equally long whatever they are.
    public static func == (left: CurveSecretKey, right: CurveSecretKey) -> Bool {
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in unsafe isEqualInConstantTime(left, right) }
        }
    }

    /// Adds nothing: a hash must not tell one secret from another.
    public func hash(into hasher: inout Hasher) {}

    /// Says that there is a secret key, and not which.
    public var description: String { "<secret key>" }

    /// As ``description``.
    public var debugDescription: String { description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// 32 bytes on the heap that are wiped before the memory is given back.
private final class SecretBytes: Sendable {
    private let words = Locked<SIMD4<UInt64>>(.zero)

    init(copying bytes: [UInt8]) {
        words.withLock { words in
            unsafe Swift.withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: bytes.prefix($0.count)) }
        }
    }

    deinit {
        words.withLock { words in unsafe Swift.withUnsafeMutableBytes(of: &words) { unsafe wipe($0) } }
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var copy = words.withLock { $0 }
        return unsafe Swift.withUnsafeMutableBytes(of: &copy) { buffer in
            defer { unsafe wipe(buffer) }
            return unsafe body(UnsafeRawBufferPointer(buffer))
        }
    }
}

/// Overwrites memory in a way that the compiler does not leave out.
func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    #if canImport(Darwin)
    _ = unsafe memset_s(start, bytes.count, 0, bytes.count)
    #else
    unsafe explicit_bzero(start, bytes.count)
    #endif
}

/// Overwrites an array that nobody else refers to.
func wipe(_ bytes: inout [UInt8]) { unsafe bytes.withUnsafeMutableBytes { unsafe wipe($0) } }

/// Compares without telling by its time where the first difference is.
func isEqualInConstantTime(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in 0..<left.count { difference |= unsafe left[index] ^ right[index] }
    return difference == 0
}
