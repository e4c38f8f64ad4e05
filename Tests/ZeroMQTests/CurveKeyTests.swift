// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ZeroMQ

/// Keys have 32 bytes, belong together, and keep what is secret to themselves.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CurveKeyTests {
    /// From libzmq's own tests (test_sodium).
    private let knownPublic = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
    private let knownSecret = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

    @Test func publicKeyIsDerived() throws {
        let secret = try CurveSecretKey(z85: knownSecret)
        #expect(try secret.publicKey().z85 == knownPublic)
        #expect(secret.z85 == knownSecret)
        #expect(try CurveKeyPair(secretKey: secret).publicKey == CurvePublicKey(z85: knownPublic))
    }

    @Test func generatedPairsBelongTogetherAndDiffer() throws {
        let pairs = try (0..<20).map { _ in try CurveKeyPair.generate() }
        for pair in pairs { #expect(try pair.secretKey.publicKey() == pair.publicKey) }
        #expect(Set(pairs.map(\.publicKey)).count == 20)
        #expect(Set(pairs.map(\.secretKey)).count == 20)
    }

    @Test func lengthsAreExact() async {
        for count in [0, 1, 31, 33, 40, 64] {
            let bytes = [UInt8](repeating: 1, count: count)
            await SocketTest.expect(.invalidKey, "\(count) bytes") { _ = try CurvePublicKey(bytes) }
            await SocketTest.expect(.invalidKey, "\(count) bytes") { _ = try CurveSecretKey(bytes) }
        }
        for text in ["", String(knownPublic.dropLast()), knownPublic + "0", knownPublic + "00000"] {
            await SocketTest.expect(.invalidKey, "\(text.utf8.count) characters") { _ = try CurvePublicKey(z85: text) }
            await SocketTest.expect(.invalidKey, "\(text.utf8.count) characters") { _ = try CurveSecretKey(z85: text) }
        }
        let wrong = knownPublic.dropLast() + "~"
        await SocketTest.expect(.invalidKey, "character 39") { _ = try CurvePublicKey(z85: wrong) }
        await SocketTest.expect(.invalidKey, "character 39") { _ = try CurveSecretKey(z85: wrong) }
    }

    @Test func secretsDoNotShow() throws {
        let secret = try CurveSecretKey(z85: knownSecret)
        let pair = try CurveKeyPair(secretKey: secret)
        let bytes = unsafe secret.withUnsafeBytes { unsafe Array($0) }
        let server = SocketSecurity.curveServer(secretKey: secret, accepting: .anyone)
        let plain = SocketSecurity.plainClient(username: "user", password: "pass-word")
        let options = TransportOptions(security: server)
        let table = AuthPolicy.allow(passwords: ["user": "pass-word"])
        let credentials = PeerCredentials(username: "user", password: "pass-word")
        let certificate = CurveCertificate(keys: pair)
        let values: [Any] = [
            secret, pair, server, plain, options, table, credentials, certificate, [secret], ("a", secret),
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [String(describing: value), String(reflecting: value), dumped] {
                #expect(!text.contains(knownSecret), "\(type(of: value))")
                #expect(!text.contains("pass-word"), "\(type(of: value))")
                #expect(!text.contains("\(bytes[0]), \(bytes[1])"), "\(type(of: value))")
            }
        }
        #expect("\(secret)" == "<secret key>")
        #expect(credentials.password == "pass-word")
    }

    @Test func secretsAreComparedWhole() throws {
        let secret = try CurveSecretKey(z85: knownSecret)
        let bytes = unsafe secret.withUnsafeBytes { unsafe Array($0) }
        #expect(try CurveSecretKey(bytes) == secret)
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(try CurveSecretKey(other) != secret, "byte \(index)")
        }
        // A hash tells nothing.
        #expect(try CurveSecretKey(bytes.reversed()).hashValue == secret.hashValue)
    }

    @Test func wipedMemoryIsZero() {
        var bytes = [UInt8](repeating: 7, count: 100)
        wipe(&bytes)
        #expect(bytes == [UInt8](repeating: 0, count: 100))
    }

    @Test func libzmqWithoutCurveIsATypedError() async {
        await SocketTest.expect(.notSupported, "libsodium") { try CurveKey.require("made", isAvailable: false) }
    }
}
