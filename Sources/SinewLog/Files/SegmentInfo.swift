// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is known of a segment without reading its records.
public struct SegmentInfo: Hashable, Sendable {
    /// The file's name.
    public let name: String
    /// What the segment begins with.
    public let header: SegmentHeader
    /// How many bytes the file has.
    public let bytes: Int
}
