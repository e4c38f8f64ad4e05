// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A batch as it was read, with its bytes: what its records refer to.
public final class LogBatch: Sendable {
    /// What it says of itself.
    public let header: BatchHeader
    /// What it was read with: other batches may be before and after it.
    let block: [UInt8]
    /// Where its records begin.
    let start: Int
    /// Where they, and what fills them up, end.
    let end: Int

    /// Makes it of bytes whose checksums are right.
    init(_ header: BatchHeader, in block: [UInt8], at start: Int) {
        self.header = header
        self.block = block
        self.start = start
        end = start + Int(header.bodyBytes)
    }

    /// The log's own batches have no records for readers.
    public var isControl: Bool { header.attributes.contains(.control) }
}
