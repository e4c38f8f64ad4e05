// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import ZeroMQ

/// Certificate files as czmq and pyzmq write them, and every other file refused with its name and line.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CertificateTests {
    private static let publicText = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
    private static let secretText = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

    /// As pyzmq's `zmq.auth.create_certificates` writes it: metadata is bare.
    static let pyzmqSecret = """
        #   ****  Generated on 2024-05-17 10:21:33.123456 by pyzmq  ****
        #   ZeroMQ CURVE **Secret** Certificate
        #   DO NOT PROVIDE THIS FILE TO OTHER USERS nor change its permissions.

        metadata
            name = Ann Example
        curve
            public-key = "\(publicText)"
            secret-key = "\(secretText)"

        """
    /// As czmq's `zcert_save_public` writes it.
    static let czmqPublic = """
        #   ****  Generated on 2024-05-17 10:21:33 by CZMQ  ****
        #   ZeroMQ CURVE Public Certificate
        #   Exchange securely, or use a secure mechanism to verify the contents
        #   of this file after exchange. Store public certificates in your home
        #   directory, in the .curve subdirectory.

        metadata
            email = "ann@example.com"
            motto = 'say "hello"'
        curve
            public-key = "\(publicText)"

        """

    @Test func filesOfPyzmqAndCzmqAreRead() throws {
        let secret = try CurveCertificate(parsing: Self.pyzmqSecret.utf8)
        #expect(secret.publicKey.z85 == Self.publicText)
        #expect(secret.secretKey?.z85 == Self.secretText)
        #expect(secret.metadata == ["name": "Ann Example"])
        let open = try CurveCertificate(parsing: Self.czmqPublic.utf8)
        #expect(open.publicKey.z85 == Self.publicText)
        #expect(open.secretKey == nil)
        #expect(open.metadata == ["email": "ann@example.com", "motto": "say \"hello\""])
    }

    @Test func otherFormsOfTheFormatAreRead() throws {
        let text = """
            1.0   # a comment
            other
                deep
                    value = 1
            curve   # the keys
                public-key='\(Self.publicText)' # mine\r
                note = nothing
            """
        #expect(try CurveCertificate(parsing: text.utf8.map { $0 }).publicKey.z85 == Self.publicText)
    }

    @Test func filesAreWrittenForThem() throws {
        let directory = try TemporaryDirectory()
        let secretKey = try CurveSecretKey(z85: Self.secretText)
        let certificate = CurveCertificate(
            keys: try CurveKeyPair(secretKey: secretKey),
            metadata: ["name": "Ann", "motto": "say \"hello\""]
        )
        let path = try certificate.save(to: directory.path, name: "ann")
        #expect(try directory.names == ["ann.key", "ann.key_secret"])
        let body = """
            metadata
                motto = 'say "hello"'
                name = "Ann"
            curve
                public-key = "\(Self.publicText)"

            """
        let open = try String(contentsOfFile: path, encoding: .utf8)
        #expect(open.hasSuffix("\n\n\(body)"))
        #expect(!open.contains(Self.secretText))
        let closed = try String(contentsOfFile: path + "_secret", encoding: .utf8)
        #expect(closed.hasSuffix("\n\n\(body)    secret-key = \"\(Self.secretText)\"\n"))
        #expect(try CurveCertificate(contentsOfFile: path + "_secret") == certificate)
        #expect(try CurveCertificate(contentsOfFile: path).metadata == certificate.metadata)
        #expect(try CurveCertificate(contentsOfFile: path).secretKey == nil)
    }

    private func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func secretsArePrivateAndNothingIsReplaced() async throws {
        let directory = try TemporaryDirectory()
        let certificate = CurveCertificate(keys: try .generate())
        let path = try certificate.save(to: directory.path, name: "a")
        #expect(try mode(of: path + "_secret") == 0o600)
        let before = try Data(contentsOf: URL(fileURLWithPath: path + "_secret"))
        await SocketTest.expect(.system, "a.key_secret", "exists") {
            try CurveCertificate(keys: .generate()).save(to: directory.path, name: "a")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + "_secret")) == before)
        // A public file that is in the way leaves no secret behind, and no draft.
        try directory.write("", to: "b.key")
        await SocketTest.expect(.system, "b.key") { try certificate.save(to: directory.path, name: "b") }
        #expect(try directory.names == ["a.key", "a.key_secret", "b.key"])
        await SocketTest.expect(.system, "nowhere") { try certificate.save(to: "/nowhere", name: "a") }
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o660, 0o610]) func openSecretsAreRefused(mode: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.pyzmqSecret, to: "a.key_secret", mode: mode)
        await SocketTest.expect(.unsafePermissions, path, "0\(String(mode, radix: 8))") {
            _ = try CurveCertificate(contentsOfFile: path)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try CurveCertificate(contentsOfFile: path).secretKey != nil)
    }

    @Test func filesThatEverybodyMayWriteAreRefused() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.czmqPublic, to: "a.key", mode: 0o646)
        await SocketTest.expect(.unsafePermissions, path, "0646") { _ = try CurveCertificate(contentsOfFile: path) }
    }

    @Test func whatIsNoPlainFileIsRefused() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.czmqPublic, to: "a.key", mode: 0o644)
        let link = "\(directory.path)/link.key"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        await SocketTest.expect(.invalidCertificate, link, "symbolic link") {
            _ = try CurveCertificate(contentsOfFile: link)
        }
        let pipe = "\(directory.path)/pipe.key"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        try await within(SocketTest.patience) {
            await SocketTest.expect(.invalidCertificate, pipe) { _ = try CurveCertificate(contentsOfFile: pipe) }
        }
        await SocketTest.expect(.invalidCertificate, directory.path) {
            _ = try CurveCertificate(contentsOfFile: directory.path)
        }
        await SocketTest.expect(.system, "missing") {
            _ = try CurveCertificate(contentsOfFile: "\(directory.path)/missing")
        }
        await SocketTest.expect(.invalidCertificate, "zero byte") {
            _ = try CurveCertificate(contentsOfFile: "\(path)\0x")
        }
        let large = try directory.write(String(repeating: "#\n", count: 10_000), to: "large.key")
        await SocketTest.expect(.invalidCertificate, large, "20000") { _ = try CurveCertificate(contentsOfFile: large) }
    }

    @Test func pairsThatDoNotMatchAreRefused() async throws {
        let directory = try TemporaryDirectory()
        let other = try CurveKeyPair.generate().publicKey.z85
        let text = Self.pyzmqSecret.replacingOccurrences(of: Self.publicText, with: other)
        let path = try directory.write(text, to: "a.key_secret")
        await SocketTest.expect(.invalidCertificate, path, "belong") { _ = try CurveCertificate(contentsOfFile: path) }
    }

    private static let head = "metadata\n    a = b\ncurve\n"
    static let broken: [(text: String, mentions: [String])] = [
        ("", ["no public-key"]), ("curve\n", ["no public-key"]),
        ("public-key = \"\(publicText)\"\n", ["no public-key"]),
        ("metadata\n    public-key = \"\(publicText)\"\n", ["no public-key"]),
        (head + "    public-key = \"abc\"\n", [":4", "3 characters"]),
        (head + "    public-key = \"\(publicText.dropLast())~\"\n", [":4", "character 39"]),
        (head + "    public-key = \"\(publicText)\n", [":4", "closing quote"]),
        (head + "    public-key = \"\(publicText)\" x\n", [":4", "more after"]),
        (head + "    public-key \"\(publicText)\"\n", [":4", "'='"]),
        (head + "  public-key = \"\(publicText)\"\n", [":4", "2 spaces"]),
        (head + "        public-key = \"\(publicText)\"\n", [":4", "deeper"]),
        (head + "\tpublic-key = \"\(publicText)\"\n", [":4", "tab"]),
        (head + "    = \"\(publicText)\"\n", [":4", "name"]),
        (czmqPublic + "    public-key = \"\(publicText)\"\n", [":12", "second public-key"]),
        (pyzmqSecret + "    secret-key = \"\(secretText)\"\n", [":10", "second secret-key"]),
        (czmqPublic + "    secret-key = \"\(secretText.dropLast())~\"\n", [":12", "secret-key", "character 39"]),
    ]

    @Test(arguments: broken.indices) func brokenFilesAreRefusedWithTheirLine(index: Int) async {
        let (text, mentions) = Self.broken[index]
        do {
            _ = try CurveCertificate(parsing: text.utf8, path: "file.key")
            Issue.record("it was read: \(text)")
        } catch {
            #expect(error.code == .invalidCertificate)
            for word in mentions + ["file.key"] { #expect("\(error)".contains(word), "\(error)") }
            #expect(!"\(error)".contains(Self.secretText.dropLast()), "the error shows a secret")
        }
    }

    /// No bytes make the reader trap, and what it reads it writes so that it reads the same again.
    @Test func anyBytesAreReadOrRefused() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var (read, refused) = (0, 0)
        for round in 0..<3000 {
            var bytes = Array((round % 2 == 0 ? Self.pyzmqSecret : Self.czmqPublic).utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array(" \n\t\"'=#".utf8).randomElement(using: &generator)!, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 60))
                }
            }
            guard let certificate = try? CurveCertificate(parsing: bytes) else {
                refused += 1
                continue
            }
            read += 1
            guard let text = try? certificate.text(withSecret: true) else { continue }
            #expect(try CurveCertificate(parsing: text) == certificate, "seed \(seed)")
        }
        #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused")
        for round in 0..<500 { _ = try? CurveCertificate(parsing: generator.bytes(round)) }
    }

    @Test func namesAndMetadataThatCannotBeWrittenAreRefused() async throws {
        let directory = try TemporaryDirectory()
        let keys = try CurveKeyPair.generate()
        for name in ["", ".hidden", "a/b", "../a", "a b", "a\0b", String(repeating: "a", count: 201)] {
            await SocketTest.expect(.invalidArgument) {
                try CurveCertificate(keys: keys).save(to: directory.path, name: name)
            }
        }
        let metadata: [[String: String]] = [
            ["": "x"], ["a b": "x"], ["a=": "x"], ["a": "two\nlines"], ["a": "both \" and '"],
            ["a": String(repeating: "x", count: 20_000)],
        ]
        for metadata in metadata {
            await SocketTest.expect(.invalidArgument) {
                try CurveCertificate(keys: keys, metadata: metadata).save(to: directory.path, name: "a")
            }
        }
        #expect(try directory.names == [])
    }
}
