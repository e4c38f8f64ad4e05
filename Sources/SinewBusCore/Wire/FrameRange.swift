// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A part of a data frame, by its place: taken without a copy, and worth something with that frame only.
public struct FrameRange: Hashable, Sendable {
    /// How many bytes of the frame are before it.
    public let start: UInt32
    /// How many bytes it has.
    public let count: UInt32

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - start: How many bytes of the frame are before it.
    ///   - count: How many bytes it has.
    @inlinable
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    /// Both are places in a frame whose size was found to fit into 32 bits.
    @inlinable
    init(_ start: Int, _ end: Int) {
        self.init(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: end &- start))
    }

    /// No bytes.
    public static let none = FrameRange(start: 0, count: 0)

    /// Whether it has no bytes.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// How many bytes of the frame are before its end.
    @inlinable
    public var end: Int { Int(start) + Int(count) }

    /// The bytes themselves.
    ///
    /// - Parameter frame: The bytes of the frame that it is a part of; of a shorter one it is what is there.
    /// - Returns: The bytes, without a copy.
    @inlinable
    @_lifetime(copy frame)
    public func bytes(in frame: Span<UInt8>) -> Span<UInt8> {
        frame.extracting(min(Int(start), frame.count)..<min(end, frame.count))
    }

    /// Whether these are its bytes.
    ///
    /// - Parameters:
    ///   - bytes: Some bytes.
    ///   - frame: The bytes of the frame that it is a part of.
    @inlinable
    public func hasBytes(_ bytes: Span<UInt8>, in frame: Span<UInt8>) -> Bool {
        guard bytes.count == Int(count), end <= frame.count else { return false }
        for index in 0..<bytes.count where bytes[index] != frame[Int(start) + index] { return false }
        return true
    }

    /// Copies the bytes to the end of another frame.
    ///
    /// - Parameters:
    ///   - frame: The bytes of the frame that it is a part of; of a shorter one it is what is there.
    ///   - other: Where they are copied to; less than 2 GiB with them.
    /// - Returns: Where they are there.
    public func copy(from frame: Span<UInt8>, to other: inout [UInt8]) -> FrameRange {
        let start = other.count
        other.append(copying: bytes(in: frame))
        return FrameRange(start, other.count)
    }

    /// A copy of the bytes.
    ///
    /// - Parameter frame: The bytes of the frame that it is a part of; of a shorter one it is what is there.
    @inlinable
    public func array(in frame: Span<UInt8>) -> [UInt8] {
        var array: [UInt8] = []
        array.append(copying: bytes(in: frame))
        return array
    }
}
