// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import TestSupport
import Testing

@Suite("Frames of a control lane", .timeLimit(.minutes(1)))
struct ControlFrameTests {
    private static let seven = Incarnation(rawValue: 7)
    private static let node = NodeID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
    private static let process = Incarnation(rawValue: 0x1112_1314_1516_1718)

    private static func greeting(
        _ cluster: String = "shop",
        _ name: String = "orders-1",
        _ frame: UInt64 = 16 << 20,
        _ window: UInt64 = 4 << 20
    ) -> Greeting {
        Greeting(cluster: cluster, name: name, maximumFrameBytes: frame, windowBytes: window)
    }

    private static func welcome(_ received: UInt64?) -> ControlFrame.Body {
        .welcome(Welcome(node: node, incarnation: process, greeting: greeting(), received: received))
    }

    /// What the golden vectors stand for.
    static func golden() throws -> [String: ControlFrame] {
        let ping = MembershipMessage(
            from: Incarnation(rawValue: 5),
            to: Incarnation(rawValue: 9),
            .ping(Ping(timeToLive: .seconds(5), version: 3, contentVersion: 1))
        )
        let summary = InterestSummary(version: 300, count: 2, hash: 0x0123_4567_89AB_CDEF)
        let wanted = Interest("orders.*.new", group: QueueGroup("shipping"))
        let part = InterestMessage(
            .snapshot(InterestSnapshotPart(whole: summary, offset: 1, interests: [wanted])),
            from: Incarnation(rawValue: 0x1122),
            to: seven
        )
        let largest = LanePosition(link: .max, received: .max, granted: .max)
        let unknown = Refusal.Code(rawValue: 255)
        return [
            "hello": ControlFrame(to: nil, .hello(greeting())),
            "hello-to-known": ControlFrame(to: seven, .hello(greeting("é", "n", .max, 0))),
            "welcome": ControlFrame(to: seven, welcome(nil)),
            "welcome-back": ControlFrame(to: seven, welcome(300)),
            "refusal": ControlFrame(to: seven, .refusal(Refusal(.cluster, "another cluster"))),
            "refusal-to-whoever": ControlFrame(to: nil, .refusal(Refusal(.version, ""))),
            "refusal-unknown": ControlFrame(to: seven, .refusal(Refusal(unknown, "?"))),
            "refusal-of-version-9": ControlFrame(to: nil, .refusal(Refusal(.version, "speak version 9"))),
            "membership": ControlFrame(to: Incarnation(rawValue: 9), .membership(ping)),
            "interest": ControlFrame(to: seven, .interest(part)),
            "position": ControlFrame(to: seven, .position(LanePosition(link: 1, received: 300, granted: 4 << 20))),
            "position-largest": ControlFrame(to: seven, .position(largest)),
            "goodbye": ControlFrame(to: seven, .goodbye(LanePosition(link: 2, received: 0, granted: 65536))),
            "goodbye-without-link": ControlFrame(to: seven, .goodbye(LanePosition(link: 0, received: 0, granted: 0))),
        ]
    }

    @Test("Frames have the bytes that the description says, and these are read as the same frames")
    func goldenVectors() throws {
        var golden = try Self.golden()
        for vector in try WireVector.load("control.txt") where !vector.isRefused {
            let meant = golden.removeValue(forKey: vector.name)
            let frame = try #require(meant, "\(vector.name)")
            let decoded = try ControlFrame(decoding: vector.bytes[...])
            #expect(decoded == frame, "\(vector.name)")
            var encoded = try frame.encoded()
            // We say what we have to say in our own version.
            if vector.name == "refusal-of-version-9" { encoded[0] = 9 }
            #expect(encoded == vector.bytes, "\(vector.name)")
        }
        #expect(golden.isEmpty)
    }

    @Test("What is no frame is refused, with the code and the place")
    func refusedVectors() throws {
        let vectors = try WireVector.load("control.txt").filter(\.isRefused)
        #expect(vectors.count == 36)
        for vector in vectors {
            let error = #expect(throws: CodecError.self, "\(vector.name)") {
                try ControlFrame(decoding: vector.bytes[...])
            }
            if let error { #expect(vector.names(error), "\(vector.name): \(error), not \(vector.meaning)") }
        }
    }

    @Test("A frame that ends early is refused, wherever it ends, and so is one that goes on")
    func truncation() throws {
        for vector in try WireVector.load("control.txt") where !vector.isRefused {
            for end in 0..<vector.bytes.count {
                #expect(throws: CodecError.self, "\(vector.name) \(end)") {
                    try ControlFrame(decoding: vector.bytes[..<end])
                }
            }
            #expect(throws: CodecError.self, "\(vector.name)") {
                try ControlFrame(decoding: (vector.bytes + [0])[...])
            }
        }
    }

    @Test("Random and damaged bytes never trap, and what is accepted has one form only")
    func randomBytes() throws {
        let vectors = try WireVector.load("control.txt").filter { !$0.isRefused }.map(\.bytes)
        var accepted = 0
        for seed in UInt64(0)..<20_000 {
            var random = SeededGenerator(seed: seed)
            var bytes = vectors[Int(seed) % vectors.count]
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if seed % 4 == 0 { bytes = [1, UInt8(seed / 4 % 9)] + random.bytes(Int(seed / 8 % 60)) }
            guard let frame = try? ControlFrame(decoding: bytes[...]) else { continue }
            accepted += 1
            // A refusal alone may be of another version.
            if case .refusal = frame.body { bytes[0] = ControlFrame.wireVersion }
            let again = try frame.encoded()
            #expect(again == bytes, "seed \(seed)")
        }
        // Both sides of the border are met.
        #expect(accepted > 2500 && accepted < 17_500, "\(accepted)")
    }

    @Test("Frames that are part of an array with other indices are read alike")
    func slices() throws {
        let bytes = try ControlFrame(to: nil, .hello(Self.greeting())).encoded()
        let decoded = try ControlFrame(decoding: ([9, 9, 9] + bytes)[3...])
        #expect(decoded == ControlFrame(to: nil, .hello(Self.greeting())))
    }

    @Test("What cannot be said is not written")
    func unsayable() {
        let position = LanePosition(link: 0, received: 0, granted: 0)
        let nobody = Welcome(
            node: Self.node,
            incarnation: Incarnation(rawValue: 0),
            greeting: Self.greeting(),
            received: nil
        )
        let frames: [(ControlFrame, CodecError.Code)] = [
            (ControlFrame(to: nil, Self.welcome(nil)), .invalidValue),
            (ControlFrame(to: nil, .goodbye(position)), .invalidValue),
            (ControlFrame(to: Incarnation(rawValue: 0), .hello(Self.greeting())), .invalidValue),
            (ControlFrame(to: Self.seven, .position(position)), .invalidValue),
            (ControlFrame(to: Self.seven, .welcome(nobody)), .invalidValue),
            (ControlFrame(to: nil, .hello(Self.greeting(""))), .invalidValue),
            (ControlFrame(to: nil, .hello(Self.greeting("shop", ""))), .invalidValue),
            (ControlFrame(to: nil, .hello(Self.greeting(String(repeating: "é", count: 33)))), .overLimit),
        ]
        for (frame, code) in frames {
            let error = #expect(throws: CodecError.self, "\(frame)") { try frame.encoded() }
            #expect(error?.code == code, "\(frame)")
        }
    }

    @Test("A refusal's text is cut to its limit, between two characters")
    func longRefusals() throws {
        for filler in 0...3 {
            let text = String(repeating: "x", count: filler) + String(repeating: "€", count: 100)
            let bytes = try ControlFrame(to: nil, .refusal(Refusal(.garbage, text))).encoded()
            let frame = try ControlFrame(decoding: bytes[...])
            guard case .refusal(let refusal) = frame.body else { continue }
            #expect(text.hasPrefix(refusal.text))
            #expect((253...255).contains(refusal.text.utf8.count))
        }
    }

    @Test("A larger message needs larger limits on both sides")
    func limits() throws {
        let names = (0..<2000).map { NodeID(high: 0, low: $0) }
        let message = MembershipMessage(from: Self.process, to: Self.seven, .pull(names))
        let frame = ControlFrame(to: Self.seven, .membership(message))
        #expect(throws: CodecError.self) { try frame.encoded() }
        let large = ControlLimits(membershipBytes: 100_000)
        let bytes = try frame.encoded(limits: large)
        #expect(throws: CodecError.self) { try ControlFrame(decoding: bytes[...]) }
        let decoded = try ControlFrame(decoding: bytes[...], limits: large)
        #expect(decoded == frame)
        #expect(ControlLimits().frameBytes == 65_546)
        let tooLong = [UInt8](repeating: 1, count: 65_547)
        let error = #expect(throws: CodecError.self) { try ControlFrame(decoding: tooLong[...]) }
        #expect(error?.code == .overLimit)
    }

    @Test("The version is the first byte, of whatever it is")
    func versions() {
        #expect(ControlFrame.version(of: [UInt8]([]).span) == nil)
        #expect(ControlFrame.version(of: [UInt8]([1]).span) == 1)
        #expect(ControlFrame.version(of: [UInt8]([2, 3, 4]).span) == 2)
    }
}
