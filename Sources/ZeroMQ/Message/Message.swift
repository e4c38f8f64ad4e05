// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// What a socket sends and receives whole: one frame, or several.
///
/// A message is a value: copying it copies a reference, and it may be used from any thread. A multipart message is
/// sent and received atomically; there is no way to send or receive a part of one.
///
/// A received message shares its buffer with up to 63 others (less than 64 KiB together, and libzmq's own buffers
/// behind them); keep a ``copy()`` when you keep a few small messages for long.
public struct Message: @unchecked Sendable {
    // `@unchecked` because of the slab: its elements do not change once a message refers to them (see FrameSlab).
    var slab: FrameSlab
    var index: Int
    /// At least one.
    var frameCount: Int

    init(slab: FrameSlab, index: Int = 0, frameCount: Int = 1) {
        self.slab = slab
        self.index = index
        self.frameCount = frameCount
    }

    /// A message of one empty frame.
    public init() { self.init(Frame()) }

    /// A message of one frame.
    public init(_ frame: Frame) { self.init(slab: frame.slab, index: frame.index) }

    /// A message of one frame of these bytes. Arrays of 2 KiB and more are not copied.
    public init(_ bytes: [UInt8]) { self.init(Frame(bytes)) }

    /// A message of one frame of these bytes.
    public init(_ bytes: some Sequence<UInt8>) { self.init(Frame(bytes)) }

    /// A message of one frame of the text's UTF-8 bytes.
    public init(_ text: String) { self.init(Frame(text)) }

    /// A message of one frame with a copy of the bytes of a span.
    public init(copying bytes: Span<UInt8>) { self.init(Frame(copying: bytes)) }

    /// A message of several frames.
    ///
    /// - Throws: ``ZMQError/Code/emptyMessage`` when there are none.
    /// - Complexity: O(*n*) in the number of frames; frames of 2 KiB and more are shared, not copied.
    public init(frames: some Collection<Frame>) throws(ZMQError) {
        // A copy, because nothing holds a collection to its count.
        let frames = Array(frames)
        guard !frames.isEmpty else {
            throw ZMQError(.emptyMessage, operation: "Message(frames:)", advice: "pass at least one frame")
        }
        self.init(slab: FrameSlab.make(capacity: frames.count), frameCount: frames.count)
        for frame in frames { slab.append(from: frame.slab, at: frame.index) }
    }
}

extension Message {
    /// A message of two frames or more.
    public init(_ first: Frame, _ second: Frame, _ more: Frame...) {
        let frames = [first, second] + more
        self.init(slab: FrameSlab.make(capacity: frames.count), frameCount: frames.count)
        for frame in frames { slab.append(from: frame.slab, at: frame.index) }
    }

    /// A message of two frames or more, each of a text's UTF-8 bytes: a topic and what there is to say about it.
    public init(_ first: String, _ second: String, _ more: String...) {
        let texts = [first, second] + more
        self.init(slab: FrameSlab.make(capacity: texts.count), frameCount: texts.count)
        for text in texts { slab.append(adopting: Array(text.utf8)) }
    }
}

extension Message: ExpressibleByStringInterpolation {
    /// A message of one frame of a literal's UTF-8 bytes.
    public init(stringLiteral value: String) { self.init(value) }
}

extension Message {
    /// Whether there is more than one frame.
    public var isMultipart: Bool { frameCount > 1 }

    /// The first frame; the only one unless the message is multipart.
    public var first: Frame { Frame(slab: slab, index: index) }

    /// The number of bytes in all frames.
    public var byteCount: Int {
        guard frameCount > 1 else { return slab.byteCount(at: index) }
        var sum = 0
        for place in index..<index + frameCount { sum += slab.byteCount(at: place) }
        return sum
    }

    /// The bytes of the first frame, where libzmq keeps them.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            let raw = unsafe slab.bytes(at: index)
            let span = unsafe Span<UInt8>(_unsafeElements: raw.bindMemory(to: UInt8.self))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with the bytes of the first frame; the pointer is valid only there.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(slab.bytes(at: index))
    }

    /// The bytes of the first frame as text: UTF-8 with invalid sequences replaced by U+FFFD.
    public var string: String { unsafe String(decoding: slab.bytes(at: index), as: UTF8.self) }

    /// The bytes of the first frame as an array: a copy.
    public var array: [UInt8] { unsafe Array(slab.bytes(at: index)) }

    /// A message with the same bytes that shares memory with no other message.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public func copy() -> Message {
        let copy = FrameSlab.make(capacity: frameCount)
        for place in index..<index + frameCount { unsafe copy.append(copying: slab.bytes(at: place)) }
        return Message(slab: copy, frameCount: frameCount)
    }

    /// The message without its first frames.
    func dropping(frames dropped: Int) -> Message {
        Message(slab: slab, index: index + dropped, frameCount: frameCount - dropped)
    }

    /// The same, with one empty frame to receive into.
    consuming func withEmptyFrame() -> Message {
        slab.appendEmpty()
        return self
    }

    /// Whether this value is the only one that refers to its slab, and the slab holds nothing else.
    mutating func isAlone() -> Bool {
        isKnownUniquelyReferenced(&slab) && frameCount == 1 && slab.count == 1
    }
}

extension Message: Hashable, CustomStringConvertible {
    /// Messages are the same when their frames are. Complexity: O(*n*).
    public static func == (left: Message, right: Message) -> Bool { left.frames.elementsEqual(right.frames) }

    /// Hashes all frames. Complexity: O(*n*).
    public func hash(into hasher: inout Hasher) {
        hasher.combine(frameCount)
        for frame in frames { hasher.combine(frame) }
    }

    /// The frames' descriptions, for a log line.
    public var description: String { "[\(frames.map(\.description).joined(separator: ", "))]" }
}
