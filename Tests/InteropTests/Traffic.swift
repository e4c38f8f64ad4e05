// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Messages that look random and are the same as those of Peers/traffic.py for the same seed.
///
/// Each side makes the messages that it must receive, and compares: nothing about them has to be sent beside them.
struct Traffic: Sendable {
    let seed: UInt64
    let count: Int
    /// How many frames each message has; nil for 1 to 5.
    let frames: Int?

    static let poolBytes = 512 * 1024
    /// How many messages go each way.
    static let usualCount = isSanitized ? 1000 : 10_000

    struct Difference: Error, CustomStringConvertible { let description: String }

    init(_ seed: UInt64 = .random(in: 0 ... .max), count: Int = usualCount, frames: Int? = nil) {
        self.seed = seed
        self.count = count
        self.frames = frames
        print("traffic: seed \(seed), \(count) messages")
    }

    /// How a peer is told.
    var arguments: [String: JSON] {
        var arguments: [String: JSON] = ["seed": .number(seed), "count": .number(count)]
        if let frames { arguments["frames"] = .number(frames) }
        return arguments
    }

    /// A tenth of the frames is empty, most are small, one of five hundred has up to 300 KiB.
    private static func sizeLimit(_ choice: UInt64) -> UInt64 {
        switch choice {
        case 0..<100: 0
        case 100..<850: 64
        case 850..<960: 1024
        case 960..<998: 16 * 1024
        default: 300 * 1024
        }
    }

    /// The messages, one after the other.
    func makeIterator() -> Iterator { Iterator(self) }

    struct Iterator {
        private var random: SeededGenerator
        private var pool: [UInt8] = []
        private var left: Int
        private let frames: Int?

        init(_ traffic: Traffic) {
            random = SeededGenerator(seed: traffic.seed)
            left = traffic.count
            frames = traffic.frames
            pool.reserveCapacity(Traffic.poolBytes)
            for _ in 0..<Traffic.poolBytes / 8 {
                let word = random.next()
                for shift in 0..<8 as Range<UInt64> { pool.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
            }
        }

        mutating func next() -> [ArraySlice<UInt8>]? {
            guard left > 0 else { return nil }
            left -= 1
            let choice = [1, 1, 1, 2, 3, 5][Int(random.next() % 6)]
            return (0..<(frames ?? choice)).map { _ in
                let word = random.next()
                let size = Int(((word >> 10) & 0x3F_FFFF) % (Traffic.sizeLimit(word % 1000) + 1))
                let start = Int((word >> 32) % UInt64(Traffic.poolBytes - size + 1))
                return pool[start..<start + size]
            }
        }
    }

    /// Hands the messages to `send`.
    func send(_ send: ([Frame]) async throws -> Void) async throws {
        var messages = makeIterator()
        while let message = messages.next() { try await send(message.map { Frame($0) }) }
    }

    /// Receives as many messages, and throws when one is not what it must be.
    func receive(_ receive: () async throws -> Message) async throws {
        var messages = makeIterator()
        var number = 0
        while let expected = messages.next() {
            let message = try await receive()
            guard message.frames.count == expected.count, zip(message.frames, expected).allSatisfy(Self.areEqual) else {
                let sizes = (message.frames.map(\.byteCount), expected.map(\.count))
                let what = "message \(number) differs: frames of \(sizes.0) bytes, expected \(sizes.1); seed \(seed)"
                throw Difference(description: what)
            }
            number += 1
        }
    }

    /// With memcmp, because comparing byte by byte takes a debug build minutes.
    private static func areEqual(_ frame: Frame, _ expected: ArraySlice<UInt8>) -> Bool {
        unsafe frame.withUnsafeBytes { frame in
            unsafe expected.withUnsafeBytes { expected in
                guard frame.count == expected.count else { return false }
                guard let left = frame.baseAddress, let right = expected.baseAddress else { return true }
                return unsafe memcmp(left, right, frame.count) == 0
            }
        }
    }
}
