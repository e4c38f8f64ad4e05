// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewSubjects
import SinewTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InterestCodingTests {
    // MARK: Golden vectors

    /// One message for each line of the file of vectors, by the name at its beginning.
    private func goldenMessages() throws -> [(name: String, message: InterestMessage)] {
        let group = QueueGroup("shipping")
        let summary = InterestSummary(version: 300, count: 2, hash: 0x0123_4567_89AB_CDEF)
        let changes = [
            InterestChange(isAddition: true, Interest("orders.*.new", group: group)),
            InterestChange(isAddition: false, Interest("a")),
        ]
        let bodies: [(String, InterestMessage.Body)] = [
            ("statement", .statement(summary)),
            ("delta", .delta(InterestDelta(from: 298, changes: changes, result: summary))),
            ("snapshot", .snapshot(InterestSnapshotPart(whole: summary, offset: 1, interests: [changes[0].interest]))),
            ("emptySnapshot", .snapshot(InterestSnapshotPart(whole: summary, offset: 0, interests: []))),
            ("confirmation", .confirmation(session: 3, version: 300)),
            ("progress", .progress(session: 3, version: 300, offset: 1)),
            ("repair", .repair(session: 3, held: 128, isDoubted: false)),
            ("doubt", .repair(session: 4, held: 128, isDoubted: true)),
            ("refusal", .refusal(session: 3, version: .max)),
        ]
        return bodies.map { name, body in
            (name, InterestMessage(body, from: Incarnation(rawValue: 0x1122), to: Incarnation(rawValue: 7)))
        }
    }

    private struct Vector {
        let name: String
        let bytes: [UInt8]
    }

    private func vectors(_ file: String) throws -> [Vector] {
        let text = try PackageRoot.text("Tests/SinewMembershipTests/Vectors/\(file)")
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: " ")
            let name = try #require(parts.first)
            let digits = Array(parts.dropFirst().joined())
            let bytes = try stride(from: 0, to: digits.count, by: 2).map { place in
                try #require(UInt8(String(digits[place..<min(place + 2, digits.count)]), radix: 16), "\(line)")
            }
            return Vector(name: String(name), bytes: bytes)
        }
    }

    @Test func goldenVectorsAreWrittenAndRead() throws {
        let messages = try goldenMessages()
        let vectors = try vectors("interest.txt")
        #expect(vectors.map(\.name) == messages.map(\.name))
        for (vector, (name, message)) in zip(vectors, messages) {
            let encoded = try message.encoded()
            #expect(encoded == vector.bytes, "\(name): \(encoded.map { String($0, radix: 16) })")
            let decoded = try InterestMessage(decoding: vector.bytes[...])
            #expect(decoded == message, "\(name)")
        }
    }

    @Test func goldenHashes() throws {
        var set = InterestNet(1)
        var hashes: [UInt64] = [set.nodes[0].summary.hash]
        for interest in ["a", "orders.*.new"] as [Interest] {
            set.step(0, .subscribe(interest))
            hashes.append(set.nodes[0].summary.hash)
        }
        set.step(0, .subscribe(Interest("orders.*.new", group: QueueGroup("shipping"))))
        hashes.append(set.nodes[0].summary.hash)
        let golden = try vectors("interest-hashes.txt").map { $0.bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
        #expect(hashes == golden, "\(hashes.map { String($0, radix: 16) })")
    }

    // MARK: Properties

    private func message(using random: inout SeededRandom) throws -> InterestMessage {
        let universe = try InterestSamples.universe()
        func number() -> UInt64 { random.next() >> UInt64.random(in: 0...63, using: &random) }
        func interest() -> Interest { universe[Int.random(in: universe.indices, using: &random)] }
        let count = Int.random(in: 0...20, using: &random)
        let summary = InterestSummary(version: number(), count: Int(number() >> 1), hash: number())
        let body: InterestMessage.Body =
            switch Int.random(in: 0..<7, using: &random) {
            case 0: .statement(summary)
            case 1:
                .delta(
                    InterestDelta(
                        from: number(),
                        changes: (0..<count).map { _ in
                            InterestChange(isAddition: Bool.random(using: &random), interest())
                        },
                        result: summary
                    )
                )
            case 2:
                .snapshot(
                    InterestSnapshotPart(
                        whole: summary,
                        offset: Int(number() >> 1),
                        interests: (0..<count).map { _ in interest() }
                    )
                )
            case 3: .confirmation(session: number(), version: number())
            case 4: .progress(session: number(), version: number(), offset: Int(number() >> 1))
            case 5: .repair(session: number(), held: number(), isDoubted: Bool.random(using: &random))
            default: .refusal(session: number(), version: number())
            }
        return InterestMessage(body, from: Incarnation(rawValue: number()), to: Incarnation(rawValue: number()))
    }

    @Test func everyMessageSurvivesTheRoundTripAndNoTruncation() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let message = try message(using: &random)
            let bytes = try message.encoded()
            let decoded = try InterestMessage(decoding: bytes[...])
            #expect(decoded == message, "seed \(seed)")
            for end in bytes.indices {
                #expect(throws: CodecError.self, "seed \(seed), \(end) bytes") {
                    try InterestMessage(decoding: bytes[..<end])
                }
            }
            #expect(throws: CodecError.self) { try InterestMessage(decoding: (bytes + [0])[...]) }
        }
    }

    /// What can be read at all is written as the same bytes: no two forms of one message.
    @Test func damagedBytesAreAnErrorOrAnotherMessage() throws {
        var read = 0
        for seed in 0..<20_000 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var bytes = try message(using: &random).encoded()
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let decoded = try? InterestMessage(decoding: bytes[...]) else { continue }
            read += 1
            let again = try decoded.encoded()
            #expect(again == bytes, "seed \(seed)")
        }
        #expect(read > 1000, "else nothing was shown")
    }

    @Test func randomBytesNeverTrap() {
        for seed in 0..<100_000 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8(truncatingIfNeeded: random.next())
            }
            // Most would end at the first two bytes.
            if bytes.count > 1 { (bytes[0], bytes[1]) = (1, bytes[1] % 8) }
            _ = try? InterestMessage(decoding: bytes[...])
        }
    }

    @Test func limitsHoldBeforeAnythingIsAllocated() throws {
        var options = InterestOptions()
        options.maximumMessageBytes = 300
        #expect(throws: CodecError.self) {
            try InterestMessage(decoding: [UInt8](repeating: 1, count: 301)[...], options)
        }
        // A delta that says it has 2^62 changes.
        var writer = ByteWriter(limit: 100)
        for byte in [1, 2] as [UInt8] { try writer.writeUInt8(byte) }
        for _ in 0..<2 { try writer.writeUInt64(1) }
        for _ in 0..<3 { try writer.writeVarint(1) }
        try writer.writeUInt64(0)
        try writer.writeVarint(1 << 62)
        let bytes = writer.bytes
        #expect(throws: CodecError.self) { try InterestMessage(decoding: bytes[...]) }
    }

    /// Whatever is said, a machine neither traps nor takes in more than its limits, and still gets along afterwards.
    @Test func hostileMessagesAreEndured() throws {
        var options = InterestOptions()
        options.maximumInterests = 40
        options.maximumLoggedChanges = 4
        options.maximumMessageBytes = 256
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var net = InterestNet(2, options: options)
            net.connect(0, 1)
            for number in 0..<30 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
            net.settle()
            for _ in 0..<100 {
                let body = try message(using: &random).body
                let node = Int.random(in: 0...1, using: &random)
                let hostile = InterestMessage(
                    body,
                    from: net.nodes[1 - node].incarnation,
                    to: net.nodes[node].incarnation
                )
                net.step(node, .received(hostile, from: InterestNet.id(1 - node)))
                #expect(net.held(by: node, of: 1 - node)?.count ?? 0 <= 40)
                if Bool.random(using: &random) { net.settle(limit: 20) }
                if net.nodes[0].counters.contradictions.isMultiple(of: 7) { net.pass(.milliseconds(100)) }
            }
            // New processes have nothing to do with what was said before.
            net.flights.removeAll()
            net.restart(0)
            net.restart(1)
            net.step(0, .subscribe("fresh"))
            net.connect(0, 1)
            net.pass(.seconds(10))
            #expect(net.held(by: 1, of: 0)?.wanted == ["fresh"], "seed \(seed)")
        }
    }
}
