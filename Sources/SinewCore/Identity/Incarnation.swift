// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which process of a node it is: each has a higher number than the one before.
///
/// A shell takes the time of day at its start, so that no state has to survive. What was meant for, or said by, an
/// earlier incarnation is no news of this one.
public struct Incarnation: RawRepresentable, Hashable, Comparable, Sendable {
    /// The number.
    public let rawValue: UInt64

    /// Makes one of its number.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// An earlier process comes before a later one.
    @inlinable
    public static func < (left: Incarnation, right: Incarnation) -> Bool { left.rawValue < right.rawValue }
}

extension Incarnation: CustomStringConvertible {
    /// The number, in decimal digits.
    public var description: String { String(rawValue) }
}
