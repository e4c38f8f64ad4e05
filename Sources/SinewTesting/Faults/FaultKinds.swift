// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Kinds of faults that a simulation can bring about, as a set.
///
/// The first four befall single messages; the others are episodes that begin, last and end.
public struct FaultKinds: OptionSet, Hashable, Sendable {
    /// One bit for each kind.
    public let rawValue: UInt32

    /// Makes a set of its bits.
    ///
    /// - Parameter rawValue: One bit for each kind.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A message is lost.
    @inlinable public static var drop: Self { Self(rawValue: 1 << 0) }
    /// A message comes twice. Without ``reorder``, those sent after it wait for the repetition.
    @inlinable public static var duplicate: Self { Self(rawValue: 1 << 1) }
    /// A message takes much longer than usual, and those behind it on its link wait for it.
    @inlinable public static var delaySpike: Self { Self(rawValue: 1 << 2) }
    /// A message is late and lets others of its link pass. Without this kind a link keeps the order.
    @inlinable public static var reorder: Self { Self(rawValue: 1 << 3) }
    /// Two groups of nodes do not reach each other.
    @inlinable public static var partition: Self { Self(rawValue: 1 << 4) }
    /// One group of nodes does not reach another, which still reaches it.
    @inlinable public static var oneWayPartition: Self { Self(rawValue: 1 << 5) }
    /// Two nodes do not reach each other; every other link works.
    @inlinable public static var linkPartition: Self { Self(rawValue: 1 << 6) }
    /// Two groups do not reach each other, and one node reaches and is reached by both.
    @inlinable public static var bridgePartition: Self { Self(rawValue: 1 << 7) }
    /// Everything to and from a node takes longer.
    @inlinable public static var slowNode: Self { Self(rawValue: 1 << 8) }
    /// A node stands still (SIGSTOP) and then gets at once what came meanwhile. Its clock goes on.
    @inlinable public static var pause: Self { Self(rawValue: 1 << 9) }
    /// A node ends between two of its steps, and starts again after a while that may be very short.
    @inlinable public static var crash: Self { Self(rawValue: 1 << 10) }
    /// A node ends in the middle of a step: only the first of its actions have been performed.
    @inlinable public static var crashWithinStep: Self { Self(rawValue: 1 << 11) }
    /// All nodes end at the same instant, and start again one after the other.
    @inlinable public static var fullRestart: Self { Self(rawValue: 1 << 12) }
    /// The clocks of the nodes run a little faster or slower than the time of the simulation.
    @inlinable public static var clockSkew: Self { Self(rawValue: 1 << 13) }
    /// The clock of a node jumps forward.
    @inlinable public static var clockJump: Self { Self(rawValue: 1 << 14) }

    /// Every kind there is.
    @inlinable public static var all: Self { Self(rawValue: (1 << 15) - 1) }
    /// The kinds that befall single messages.
    @inlinable public static var ofMessages: Self { [.drop, .duplicate, .delaySpike, .reorder] }
    /// The kinds that cut links.
    @inlinable public static var partitions: Self {
        [.partition, .oneWayPartition, .linkPartition, .bridgePartition]
    }
    /// The kinds that end nodes.
    @inlinable public static var crashes: Self { [.crash, .crashWithinStep, .fullRestart] }

    @usableFromInline static var count: Int { 15 }

    /// The kinds in it, one at a time, in the order above.
    public var each: [FaultKinds] {
        (0..<Self.count).map { FaultKinds(rawValue: 1 << UInt32($0)) }.filter { isSuperset(of: $0) }
    }

    /// Which bit it is, where it is one kind.
    @inlinable
    var position: Int { rawValue.trailingZeroBitCount }
}

extension FaultKinds: CustomStringConvertible {
    static let names = [
        "drop", "duplicate", "delaySpike", "reorder", "partition", "oneWayPartition", "linkPartition",
        "bridgePartition", "slowNode", "pause", "crash", "crashWithinStep", "fullRestart", "clockSkew", "clockJump",
    ]

    /// The names of the kinds in it, or `none`.
    public var description: String {
        isEmpty ? "none" : each.map { Self.names[$0.position] }.joined(separator: ", ")
    }
}
