// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewSubjects

/// What a node wants to have: the messages of a filter, all of them or its share of a queue group's.
public struct Interest: Hashable, Sendable {
    /// Which subjects.
    public let filter: SubjectFilter
    /// The queue group among which the messages are shared, or nil for all of them.
    public let group: QueueGroup?

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - filter: Which subjects.
    ///   - group: The queue group among which the messages are shared, or nil for all of them.
    public init(_ filter: SubjectFilter, group: QueueGroup? = nil) {
        self.filter = filter
        self.group = group
    }
}

extension Interest: Comparable {
    /// The order of the filters' bytes; of one filter, the one without a group comes first.
    public static func < (left: Interest, right: Interest) -> Bool {
        guard left.filter == right.filter else { return left.filter < right.filter }
        guard let group = right.group else { return false }
        return left.group.map { $0 < group } ?? true
    }
}

extension Interest: ExpressibleByStringLiteral {
    /// Makes an interest in all messages of a filter. A literal that is no filter ends the program with the reason.
    ///
    /// - Parameter value: The filter.
    public init(stringLiteral value: String) { self.init(SubjectFilter(stringLiteral: value)) }
}

extension Interest: CustomStringConvertible {
    /// The filter, and the group after a space.
    public var description: String { group.map { "\(filter) \($0)" } ?? "\(filter)" }
}

extension Interest {
    /// How many bytes it takes in a message: each part with its length before it.
    var encodedBytes: Int {
        let groupBytes = group?.bytes.count ?? 0
        return Self.lengthBytes(filter.bytes.count) + filter.bytes.count + Self.lengthBytes(groupBytes) + groupBytes
    }

    /// The 64 bits that stand for it in the hash of a set: FNV-1a over both parts, each with its length before it,
    /// mixed by the finaliser of SplitMix64, without which a sum of FNV's low bits would be weak.
    var hash64: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        Self.combine(filter.bytes, into: &hash)
        Self.combine(group?.bytes ?? [], into: &hash)
        return Mixing.mixed(hash)
    }

    private static func combine(_ bytes: [UInt8], into hash: inout UInt64) {
        for shift in [24, 16, 8, 0] as [UInt32] {
            hash = (hash ^ UInt64((UInt32(truncatingIfNeeded: bytes.count) >> shift) & 0xFF)) &* 0x100_0000_01B3
        }
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    /// The bytes of a count in LEB128.
    private static func lengthBytes(_ count: Int) -> Int { count < 1 << 7 ? 1 : (count < 1 << 14 ? 2 : 5) }
}
