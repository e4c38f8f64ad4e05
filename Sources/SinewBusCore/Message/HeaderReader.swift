// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Goes through encoded headers, without a copy and without an allocation.
public struct HeaderReader: Sendable {
    private var left: Int
    private var pairs: PairReader

    /// Begins with the first pair.
    ///
    /// - Parameters:
    ///   - record: A record that was read; one without headers has no pairs.
    ///   - frame: The bytes of the frame that the record is of.
    public init(_ record: Record, in frame: Span<UInt8>) { self.init(record.headers, in: frame) }

    init(_ range: FrameRange, in frame: Span<UInt8>) {
        // The count is at most 64, and has one byte.
        left = range.isEmpty || Int(range.start) >= frame.count ? 0 : Int(frame[Int(range.start)])
        pairs = PairReader(FrameRange(Int(range.start) + 1, max(Int(range.start) + 1, range.end)))
    }

    /// The next pair; nil when there are no more.
    ///
    /// - Parameter frame: The bytes of the frame that the record is of.
    public mutating func next(in frame: Span<UInt8>) -> (name: FrameRange, value: FrameRange)? {
        guard left > 0, let name = pairs.next(in: frame), let value = pairs.next(in: frame) else { return nil }
        left -= 1
        return (name, value)
    }
}

/// Goes through bytes that have their lengths before them, in a part of a frame that was looked at already.
struct PairReader: Sendable {
    private var offset: Int
    private let end: Int

    init(_ range: FrameRange) {
        offset = Int(range.start)
        end = range.end
    }

    mutating func next(in frame: Span<UInt8>) -> FrameRange? {
        var fields = FieldReader(offset: offset, end: min(end, frame.count))
        do throws(CodecError) {
            let bytes = try fields.bytes(from: 0, to: .max, in: frame)
            offset = fields.offset
            return bytes
        } catch {
            return nil
        }
    }
}
