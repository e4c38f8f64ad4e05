// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import ZeroMQ

/// The bytes of a message, where they arrived.
///
/// It shares the frame that it came in with the other messages of that frame (a batch of the sender, see
/// `LaneOptions.batchBytes`): keep an ``array`` of what you keep for long.
public struct Payload: Sendable {
    private let frame: Frame
    private let range: FrameRange

    init(_ frame: Frame, _ range: FrameRange) {
        self.frame = frame
        self.range = range
    }

    /// How many bytes there are.
    public var count: Int { Int(range.count) }

    /// Whether there are none.
    public var isEmpty: Bool { range.isEmpty }

    /// The bytes, without a copy.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { range.bytes(in: frame.bytes) }
    }

    /// A copy of the bytes.
    public var array: [UInt8] { range.array(in: frame.bytes) }

    /// The bytes as text: UTF-8 with invalid sequences replaced by U+FFFD.
    public var string: String { String(decoding: array, as: UTF8.self) }
}

extension Payload: Hashable {
    /// Payloads are the same when their bytes are. Complexity: O(*n*).
    public static func == (left: Payload, right: Payload) -> Bool { left.array == right.array }

    /// Hashes the bytes. Complexity: O(*n*).
    public func hash(into hasher: inout Hasher) { hasher.combine(array) }
}

extension Payload: CustomStringConvertible {
    /// The text, for a log line.
    public var description: String { Frame(array).description }
}
