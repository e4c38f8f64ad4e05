// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension Headers {
    /// The value of the first pair with a name; nil when there is none. What is not UTF-8 in it becomes U+FFFD.
    ///
    /// - Parameter name: The name, with its upper and lower case.
    /// - Complexity: O(*n*) in the bytes of the headers.
    public subscript(name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    /// The value of the first pair with a name as bytes; nil when there is none.
    ///
    /// - Parameter name: The name, with its upper and lower case.
    /// - Complexity: O(*n*) in the bytes of the headers.
    public func bytes(_ name: String) -> [UInt8]? { ranges.first { isNamed($0, name) }.map { value($0) } }

    /// The values of all pairs with a name, in order.
    ///
    /// - Parameter name: The name, with its upper and lower case.
    /// - Complexity: O(*n*) in the bytes of the headers.
    public func values(_ name: String) -> [String] {
        ranges.filter { isNamed($0, name) }.map { String(decoding: value($0), as: UTF8.self) }
    }

    /// All pairs in order.
    public var pairs: [(name: String, value: String)] {
        ranges.map { pair in
            let name = pair.name.array(in: encoded.span)
            return (String(decoding: name, as: UTF8.self), String(decoding: value(pair), as: UTF8.self))
        }
    }

    /// Reads the encoded form.
    ///
    /// - Parameter bytes: All of the headers, and nothing else; none for no headers.
    /// - Throws: `CodecError` for what is no headers.
    public init(decoding bytes: Span<UInt8>) throws(CodecError) {
        self.init()
        guard !bytes.isEmpty else { return }
        var reader = FieldReader(offset: 0, end: bytes.count)
        _ = try reader.headers(in: bytes)
        guard reader.offset == bytes.count else { throw RecordReader.fail(.trailingBytes, reader.offset, "the end") }
        encoded.append(copying: bytes)
    }

    /// A copy of the headers of a record that was read.
    ///
    /// - Parameters:
    ///   - range: Where they are: ``Record/headers``.
    ///   - frame: The bytes of the frame that the record is of; in another one there are none.
    public init(decoding range: FrameRange, in frame: Span<UInt8>) {
        do throws(CodecError) { try self.init(decoding: range.bytes(in: frame)) } catch { self.init() }
    }

    private var ranges: [(name: FrameRange, value: FrameRange)] {
        var reader = HeaderReader(FrameRange(0, encoded.count), in: encoded.span)
        var all: [(name: FrameRange, value: FrameRange)] = []
        all.reserveCapacity(count)
        while let pair = reader.next(in: encoded.span) { all.append(pair) }
        return all
    }

    private func isNamed(_ pair: (name: FrameRange, value: FrameRange), _ name: String) -> Bool {
        encoded[Int(pair.name.start)..<pair.name.end].elementsEqual(name.utf8)
    }

    private func value(_ pair: (name: FrameRange, value: FrameRange)) -> [UInt8] {
        Array(encoded[Int(pair.value.start)..<pair.value.end])
    }
}

extension Record {
    /// The headers, as a copy; none when there are none.
    ///
    /// - Parameter frame: The bytes of the frame that the record is of.
    public func headers(in frame: Span<UInt8>) -> Headers {
        Headers(decoding: headers, in: frame)
    }
}
