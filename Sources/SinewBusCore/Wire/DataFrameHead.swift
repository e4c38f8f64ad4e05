// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What a data frame begins with; the records follow, and go on to the end of the frame.
public struct DataFrameHead: Hashable, Sendable {
    /// The second byte of every data frame; the first is ``ControlFrame/wireVersion``.
    public static let kind: UInt8 = 0x10
    /// How many bytes it has: version, kind, destination, first number, count.
    public static let encodedBytes = 1 + 1 + 8 + 8 + 4

    /// The process that the frame is for; another one drops it.
    public let destination: Incarnation
    /// The number of the first record, or of the next to come when there is none: what is missing before it was not
    /// sent.
    public let first: UInt64
    /// How many records there are; each takes one number.
    public let count: UInt32

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - destination: The process that the frame is for.
    ///   - first: The number of the first record; from 1 on.
    ///   - count: How many records there are.
    @inlinable
    public init(to destination: Incarnation, first: UInt64, count: UInt32) {
        self.destination = destination
        self.first = first
        self.count = count
    }
}

extension DataFrameHead {
    /// Appends the ``encodedBytes`` bytes of the head to a frame.
    ///
    /// - Parameter frame: What it is appended to.
    public func append(to frame: inout [UInt8]) {
        let start = frame.count
        frame.append(addingCapacity: Self.encodedBytes) { $0.append(repeating: 0, count: Self.encodedBytes) }
        write(to: &frame, at: start)
    }

    /// Puts the head in the place of the one that a frame begins with, because the number of its records is known only
    /// when all are there.
    ///
    /// - Parameter frame: What begins with a head, or with as many bytes kept free for it; one that is shorter is left
    ///   as it is.
    public func overwrite(_ frame: inout [UInt8]) {
        guard frame.count >= Self.encodedBytes else { return }
        write(to: &frame, at: 0)
    }

    /// Writes the head over bytes that are there.
    private func write(to frame: inout [UInt8], at start: Int) {
        var bytes = frame.mutableSpan
        bytes[start] = ControlFrame.wireVersion
        bytes[start + 1] = Self.kind
        for index in 0..<8 {
            let shift = UInt64(56 - 8 * index)
            bytes[start + 2 + index] = UInt8(truncatingIfNeeded: destination.rawValue >> shift)
            bytes[start + 10 + index] = UInt8(truncatingIfNeeded: first >> shift)
        }
        for index in 0..<4 { bytes[start + 18 + index] = UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * index)) }
    }

    /// Reads the head of a data frame.
    ///
    /// - Parameters:
    ///   - frame: All bytes of the frame.
    ///   - limit: The most bytes that the frame may have: what was said in the ``Greeting``; never more than a
    ///     ``FrameRange`` can name.
    /// - Throws: `CodecError` for a frame that is too large, of another version or kind, for no process, with the
    ///   number 0 or numbers beyond 64 bits, or with fewer bytes than its records need at least.
    public init(decoding frame: Span<UInt8>, maximumBytes limit: Int) throws(CodecError) {
        guard frame.count <= min(limit, Int(Int32.max)) else {
            throw CodecError(code: .overLimit, offset: 0, expected: "at most \(limit) bytes")
        }
        guard frame.count >= Self.encodedBytes else {
            throw CodecError(code: .truncated, offset: 0, expected: "\(Self.encodedBytes) bytes of a head")
        }
        guard frame[0] == ControlFrame.wireVersion else {
            throw CodecError(code: .invalidValue, offset: 0, expected: "version \(ControlFrame.wireVersion)")
        }
        guard frame[1] == Self.kind else {
            throw CodecError(code: .invalidValue, offset: 1, expected: "kind \(Self.kind)")
        }
        let destination = Self.number(frame, 2..<10)
        let first = Self.number(frame, 10..<18)
        let count = Self.number(frame, 18..<22)
        guard destination > 0 else {
            throw CodecError(code: .invalidValue, offset: 2, expected: "an incarnation above 0")
        }
        guard first > 0 else { throw CodecError(code: .invalidValue, offset: 10, expected: "a number above 0") }
        guard !first.addingReportingOverflow(count).overflow else {
            throw CodecError(code: .overflow, offset: 10, expected: "numbers in 64 bits")
        }
        // A length and a type.
        guard count <= UInt64(frame.count - Self.encodedBytes) / 2 else {
            throw CodecError(code: .truncated, offset: 18, expected: "room for \(count) records")
        }
        guard count > 0 || frame.count == Self.encodedBytes else {
            throw CodecError(code: .trailingBytes, offset: Self.encodedBytes, expected: "the end")
        }
        self.init(to: Incarnation(rawValue: destination), first: first, count: UInt32(truncatingIfNeeded: count))
    }

    private static func number(_ frame: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for index in range { value = value << 8 | UInt64(frame[index]) }
        return value
    }
}
