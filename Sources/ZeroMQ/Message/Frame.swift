// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// One part of a message: bytes that do not change.
///
/// Copying a frame copies a reference. Received bytes stay where libzmq put them, and large arrays are given to
/// libzmq without a copy.
///
/// A received frame shares its buffer with up to 63 other received messages (at most 64 KiB together); keep a
/// ``copy()`` when you keep a few small frames for long.
public struct Frame: @unchecked Sendable {
    // `@unchecked` because of the slab: its elements do not change once a frame refers to them (see FrameSlab).
    let slab: FrameSlab
    let index: Int

    init(slab: FrameSlab, index: Int) {
        self.slab = slab
        self.index = index
    }

    /// An empty frame.
    public init() { self.init([]) }

    /// A frame of these bytes. Arrays of 2 KiB and more are not copied.
    public init(_ bytes: [UInt8]) {
        slab = FrameSlab.make(capacity: 1)
        index = 0
        slab.append(adopting: bytes)
    }

    /// A frame of these bytes.
    public init(_ bytes: some Sequence<UInt8>) { self.init(Array(bytes)) }

    /// A frame of the text's UTF-8 bytes.
    public init(_ text: String) {
        slab = FrameSlab.make(capacity: 1)
        index = 0
        var text = text
        text.withUTF8 { unsafe slab.append(copying: UnsafeRawBufferPointer($0)) }
    }

    /// A frame with a copy of the bytes of a span.
    public init(copying bytes: Span<UInt8>) {
        slab = FrameSlab.make(capacity: 1)
        index = 0
        unsafe bytes.withUnsafeBufferPointer { unsafe slab.append(copying: UnsafeRawBufferPointer($0)) }
    }

    /// The number of bytes.
    public var byteCount: Int { unsafe slab.bytes(at: index).count }

    /// Whether there are no bytes.
    public var isEmpty: Bool { byteCount == 0 }

    /// The bytes, where libzmq keeps them.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            let raw = unsafe slab.bytes(at: index)
            let span = unsafe Span<UInt8>(_unsafeElements: raw.bindMemory(to: UInt8.self))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with the bytes; the pointer is valid only there.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(slab.bytes(at: index))
    }

    /// The bytes as text: UTF-8 with invalid sequences replaced by U+FFFD.
    public var string: String { unsafe String(decoding: slab.bytes(at: index), as: UTF8.self) }

    /// The bytes as an array: a copy.
    public var array: [UInt8] { unsafe Array(slab.bytes(at: index)) }

    /// A frame of the same bytes that shares memory with no other frame.
    public func copy() -> Frame {
        let copy = FrameSlab.make(capacity: 1)
        unsafe copy.append(copying: slab.bytes(at: index))
        return Frame(slab: copy, index: 0)
    }
}

extension Frame: Hashable, CustomStringConvertible, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral {
    /// Frames are the same when their bytes are. Complexity: O(*n*).
    public static func == (left: Frame, right: Frame) -> Bool {
        unsafe left.slab.bytes(at: left.index).elementsEqual(right.slab.bytes(at: right.index))
    }

    /// Hashes the bytes. Complexity: O(*n*).
    public func hash(into hasher: inout Hasher) { unsafe hasher.combine(bytes: slab.bytes(at: index)) }

    /// The text, quoted, when the bytes are short printable UTF-8; else their number and the first ones in hexadecimal.
    public var description: String { unsafe summary(of: slab.bytes(at: index)) }

    /// A frame of a literal's UTF-8 bytes.
    public init(stringLiteral value: String) { self.init(value) }

    /// A frame of the bytes listed.
    public init(arrayLiteral elements: UInt8...) { self.init(elements) }
}

/// What a person wants to see of some bytes in a log line.
func summary(of bytes: UnsafeRawBufferPointer) -> String {
    let printable: (UInt8) -> Bool = { $0 >= 0x20 && $0 < 0x7f }
    if bytes.count <= 64, unsafe bytes.allSatisfy(printable) {
        return unsafe "\"\(String(decoding: bytes, as: UTF8.self))\""
    }
    let digits = Array("0123456789abcdef")
    let head = unsafe bytes.prefix(16).map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }
    return "\(bytes.count) bytes: \(head.joined())\(bytes.count > 16 ? "…" : "")"
}
