// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Damage to records that had been synchronised: somebody may have been told that they last.
///
/// It is reported, and never repaired by cutting: whoever has another copy can have the range back from there.
public struct LogCorruption: Error, Hashable, Sendable {
    /// The file.
    public let path: String
    /// Where in the file the damage begins, in bytes.
    public let position: Int
    /// The records that cannot be read. The end may be further than the damage goes, never nearer; where it is not
    /// known how far it goes, it is as far as what is proved to have been synchronised.
    public let offsets: Range<UInt64>
    /// What is wrong there.
    public let reason: String

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - position: Where in the file the damage begins.
    ///   - offsets: The records that cannot be read.
    ///   - reason: What is wrong there.
    public init(path: String, position: Int, offsets: Range<UInt64>, reason: String) {
        self.path = path
        self.position = position
        self.offsets = offsets
        self.reason = reason
    }
}

extension LogCorruption: CustomStringConvertible {
    /// One line: the file, the place, the records and the reason.
    public var description: String {
        "\(path): records \(offsets.lowerBound)..<\(offsets.upperBound) are damaged at byte \(position): \(reason)"
    }
}
