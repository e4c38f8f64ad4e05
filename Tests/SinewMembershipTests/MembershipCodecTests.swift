// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import TestSupport
import Testing

@Suite("Wire form of the membership", .timeLimit(.minutes(1)))
struct MembershipCodecTests {
    static let second = Duration.seconds(1)

    static func id(_ low: UInt64) -> NodeID { NodeID(high: 0, low: low) }

    static func incarnation(_ number: UInt64) -> Incarnation { Incarnation(rawValue: number) }

    private static func message(_ from: UInt64, _ to: UInt64?, _ body: MembershipMessage.Body) -> MembershipMessage {
        MembershipMessage(from: incarnation(from), to: to.map(incarnation), body)
    }

    private static func record(_ low: UInt64, _ process: UInt64, _ version: UInt64, _ content: UInt64) -> MemberRecord {
        MemberRecord(id: id(low), incarnation: incarnation(process), version: version, contentVersion: content)
    }

    /// What the golden vectors stand for.
    static func golden() throws -> [String: MembershipMessage] {
        let attributes: [MemberContent.Attribute] = [.init("zone", "b"), .init("role", "store")]
        let content = try MemberContent(endpoints: ["tcp://10.0.0.1:5555"], attributes: attributes)
        let own = MemberRecord(id: id(1), incarnation: incarnation(7), content: content)
        let busy = Progress(completed: 300, isWorkWaiting: true)
        let longest = Duration.nanoseconds(Int64.max)
        return [
            "ping": message(5, 9, .ping(Ping(timeToLive: second * 5, version: 3, contentVersion: 1))),
            "ping-reply-wanted": message(
                .max,
                1,
                .ping(Ping(timeToLive: longest, progress: busy, version: .max, wantsReply: true))
            ),
            "hello-to-whoever": message(7, nil, .hello(GossipRecord(own, remaining: second * 15))),
            "digest-all": message(
                7,
                9,
                .digest(Digest([.init(id(1), incarnation(7), 3), .init(id(2), incarnation(1), .max)]))
            ),
            "digest-range": message(
                7,
                9,
                .digest(Digest(from: id(4), until: id(9), [.init(id(4), incarnation(2), 200)]))
            ),
            "digest-empty": message(7, 9, .digest(Digest(from: id(4), []))),
            "pull": message(7, 9, .pull([id(2), id(1)])),
            "records": message(
                7,
                9,
                .records([
                    GossipRecord(record(1, 7, 4, 2), remaining: second * 15),
                    GossipRecord(record(3, 2, .max, .max), remaining: second * 60),
                ])
            ),
        ]
    }

    @Test("Messages have the bytes that the description says, and these are read as the same messages")
    func goldenVectors() throws {
        var golden = try Self.golden()
        for (name, bytes) in try Self.vectors("membership.txt") {
            let value = golden.removeValue(forKey: name)
            let message = try #require(value, "\(name)")
            let encoded = try message.encoded()
            #expect(encoded == bytes, "\(name)")
            let decoded = try MembershipMessage(decoding: bytes[...])
            #expect(decoded == message, "\(name)")
        }
        #expect(golden.isEmpty)
    }

    @Test("What is no message is refused, with the place")
    func invalidVectors() throws {
        let vectors = try Self.vectors("membership-invalid.txt")
        #expect(vectors.count == 20)
        for (name, bytes) in vectors {
            #expect(throws: CodecError.self, "\(name)") { try MembershipMessage(decoding: bytes[...]) }
        }
    }

    @Test("A message that ends early is refused, wherever it ends")
    func truncation() throws {
        for (name, bytes) in try Self.vectors("membership.txt") {
            for end in 0..<bytes.count {
                #expect(throws: CodecError.self, "\(name) \(end)") { try MembershipMessage(decoding: bytes[..<end]) }
            }
        }
    }

    @Test("Random and damaged bytes never trap, and what is accepted has one form only")
    func randomBytes() throws {
        let vectors = try Self.vectors("membership.txt").map(\.1)
        var accepted = 0
        for seed in UInt64(0)..<50_000 {
            var random = SeededGenerator(seed: seed)
            var bytes = vectors[Int(seed) % vectors.count]
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if seed % 4 == 0 { bytes = [1, UInt8(seed / 4 % 6)] + random.bytes(Int(seed / 8 % 90)) }
            guard let message = try? MembershipMessage(decoding: bytes[...]) else { continue }
            accepted += 1
            let again = try message.encoded()
            #expect(again == bytes, "seed \(seed)")
        }
        // Both sides of the border are met.
        #expect(accepted > 5000 && accepted < 45_000)
    }

    @Test("More than the limit is refused on both sides")
    func limits() throws {
        let names = (0..<2000).map { Self.id($0) }
        let message = Self.message(7, 9, .pull(names))
        #expect(throws: CodecError.self) { try message.encoded() }
        let large = MembershipLimits(messageBytes: 100_000)
        let bytes = try message.encoded(limits: large)
        #expect(throws: CodecError.self) { try MembershipMessage(decoding: bytes[...]) }
        let decoded = try MembershipMessage(decoding: bytes[...], limits: large)
        #expect(decoded == message)
    }

    private static func vectors(_ file: String) throws -> [(String, [UInt8])] {
        let text = try PackageRoot.text("Tests/SinewMembershipTests/Vectors/\(file)")
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(parts.count == 2)
            let digits = Array(parts[1])
            let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
            return (String(parts[0]), try bytes.map { try #require($0) })
        }
    }
}
