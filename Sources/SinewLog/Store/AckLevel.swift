// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What an append waits for, and what is then true of the record.
public struct AckLevel: Hashable, Sendable, Comparable {
    private let rank: UInt8
    /// The level's name.
    public let description: String

    /// It has its offset and waits to be written: a crash of the process loses it.
    public static let accepted = AckLevel(rank: 0, description: "accepted")
    /// It is in the file: a crash of the process does not lose it, a failure of the power or the system may.
    public static let written = AckLevel(rank: 1, description: "written")
    /// It was synchronised with the disk: a failure of the power does not lose it, that of the disk does.
    public static let durable = AckLevel(rank: 2, description: "durable")

    /// Less is promised.
    public static func < (left: AckLevel, right: AckLevel) -> Bool { left.rank < right.rank }
}

extension AckLevel: CustomStringConvertible {}

/// What became of what was appended.
public struct Receipt: Hashable, Sendable {
    /// The offset of the record, of several the first.
    public let offset: UInt64
    /// The epoch that it was appended in: with the offset it names the record for good.
    public let epoch: UInt32
    /// What is true of it; what was asked for, or more.
    public let level: AckLevel
}
