// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// One fault of a run, named so that the same one can be let happen, or kept from happening, in another run.
///
/// What befalls the n-th message of a link, and the n-th episode of a kind, depends on the seed and on n alone. So
/// taking one fault away leaves the others as they are, as far as machines do not send something else because of it.
public struct FaultOccurrence: RawRepresentable, Hashable, Comparable, Sendable {
    /// Kind, sender, receiver and number, packed.
    public let rawValue: UInt64

    /// Makes one of the number that was printed.
    ///
    /// - Parameter rawValue: Kind, sender, receiver and number, packed.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Names a fault.
    ///
    /// - Parameters:
    ///   - kind: What happens: one kind.
    ///   - from: The position of the node that it befalls, or of a message's sender; 0...1023.
    ///   - to: The position of a message's receiver; 0...1023.
    ///   - number: Which one it is, from 0: of the link's messages, or of the kind's episodes; below 2^36.
    @inlinable
    public init(_ kind: FaultKinds, from: Int, to: Int = 0, number: UInt64) {
        rawValue =
            UInt64(kind.position) << 58 | UInt64(truncatingIfNeeded: from & 1023) << 48
            | UInt64(truncatingIfNeeded: to & 1023) << 38 | (number & ((1 << 36) - 1))
    }

    /// What happens.
    @inlinable public var kind: FaultKinds { FaultKinds(rawValue: 1 << UInt32(rawValue >> 58)) }
    /// The position of the node that it befalls, or of a message's sender.
    @inlinable public var from: Int { Int(truncatingIfNeeded: rawValue >> 48 & 1023) }
    /// The position of a message's receiver; 0 for episodes.
    @inlinable public var to: Int { Int(truncatingIfNeeded: rawValue >> 38 & 1023) }
    /// Which one it is, from 0.
    @inlinable public var number: UInt64 { rawValue & ((1 << 36) - 1) }

    /// Some order, the same everywhere.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension FaultOccurrence: CustomStringConvertible {
    /// What happens to what, and the number with which it can be named in another run.
    public var description: String {
        let code = "0x" + String(rawValue, radix: 16)
        if FaultKinds.ofMessages.contains(kind) {
            return "\(kind) of message \(number) from node \(from) to node \(to) [\(code)]"
        }
        let isOfAll = FaultKinds.partitions.contains(kind) || kind == .fullRestart
        return isOfAll ? "\(kind) \(number) [\(code)]" : "\(kind) \(number) of node \(from) [\(code)]"
    }
}
