// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Numbers that look random and are the same for the same seed, so that a failure that prints its seed can be repeated.
///
/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). Not for secrets.
public struct SeededRandom: RandomNumberGenerator, Hashable, Sendable {
    @usableFromInline var state: UInt64

    /// The generator of this seed.
    @inlinable
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A generator of its own for one purpose: what is drawn from it leaves this one's numbers as they are.
    ///
    /// - Parameter purpose: A number that tells it from the others that are split off.
    /// - Returns: The same generator for the same state and purpose.
    @inlinable
    public func split(_ purpose: UInt64) -> SeededRandom {
        SeededRandom(seed: Self.mixed(state ^ Self.mixed(purpose &+ 0x9E37_79B9_7F4A_7C15)))
    }

    @inlinable
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
