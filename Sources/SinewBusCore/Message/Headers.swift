// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Names and values that go with a message, in the order in which they were added.
///
/// A name can be there more than once. Names are compared byte by byte, so `Trace` and `trace` are two. A name has 1 to
/// 255 bytes of printable ASCII without a colon; a value is bytes of any kind, by convention UTF-8, at most 4096 of
/// them; there are at most 64 pairs, whose encoded form has at most 32 KiB.
///
/// They are kept as they are sent, so nothing is left to do when a message with them goes to many peers.
///
/// ```swift
/// var headers: Headers = ["trace": "7f3a", "content-type": "application/json"]
/// try headers.append("trace", "91bc")
/// headers["trace"]          // "7f3a"
/// headers.values("trace")   // ["7f3a", "91bc"]
/// ```
public struct Headers: Hashable, Sendable {
    /// The most pairs.
    public static let maximumCount = 64
    /// The longest name in bytes.
    public static let maximumNameBytes = 255
    /// The longest value in bytes.
    public static let maximumValueBytes = 4096
    /// The most bytes of all pairs together in their encoded form, with their lengths and their count.
    public static let maximumBytes = 32 << 10

    /// Their form in a record: the count, then names and values; no bytes for no headers.
    public internal(set) var encoded: [UInt8] = []

    /// What was wrong with a literal that they were made of; a message with such headers is not sent.
    public internal(set) var error: HeadersError?

    /// Makes none.
    public init() {}

    /// Makes headers of pairs.
    ///
    /// - Parameter pairs: Names and values, in order.
    /// - Throws: ``HeadersError`` for what is outside of the limits.
    public init(_ pairs: some Sequence<(String, String)>) throws(HeadersError) {
        for (name, value) in pairs { try append(name, value) }
    }

    /// Adds a pair after the others.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: Its value.
    /// - Throws: ``HeadersError`` when one of the limits would be broken; nothing is added then.
    public mutating func append(_ name: String, _ value: String) throws(HeadersError) {
        try append(name, bytes: Array(value.utf8))
    }

    /// Adds a pair after the others.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: Its value.
    /// - Throws: ``HeadersError`` when one of the limits would be broken; nothing is added then.
    public mutating func append(_ name: String, bytes value: [UInt8]) throws(HeadersError) {
        let name = Array(name.utf8)
        guard !name.isEmpty, name.count <= Self.maximumNameBytes, name.allSatisfy(Self.isAllowedInNames) else {
            throw HeadersError(.invalidName, name)
        }
        guard value.count <= Self.maximumValueBytes else { throw HeadersError(.valueTooLong, name) }
        guard count < Self.maximumCount else { throw HeadersError(.tooMany, name) }
        let lengths = varintBytes(UInt64(name.count)) + varintBytes(UInt64(value.count))
        let bytes = max(1, encoded.count) + lengths + name.count + value.count
        guard bytes <= Self.maximumBytes else { throw HeadersError(.tooLarge, name) }
        if encoded.isEmpty { encoded.append(0) }
        encoded[0] += 1
        for part in [name, value] {
            encoded.append(addingCapacity: 2) { output in output.append(varint: UInt64(part.count)) }
            encoded.append(contentsOf: part)
        }
    }

    /// How many pairs there are.
    ///
    /// - Complexity: O(1).
    public var count: Int { encoded.first.map { Int($0) } ?? 0 }

    /// Whether there are none.
    public var isEmpty: Bool { encoded.isEmpty }

    /// Whether a byte can be in a name.
    @inlinable
    static func isAllowedInNames(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && byte != 0x3A }
}

extension Headers: ExpressibleByDictionaryLiteral {
    /// Makes headers of a literal.
    ///
    /// A pair outside of the limits is no defect of the program, as values are often computed: ``error`` says what is
    /// wrong, and a message with such headers is not sent.
    ///
    /// - Parameter elements: The pairs.
    public init(dictionaryLiteral elements: (String, String)...) {
        do throws(HeadersError) { try self.init(elements) } catch {
            self.init()
            self.error = error
        }
    }
}

extension Headers: CustomStringConvertible {
    /// All pairs, a colon between name and value.
    public var description: String {
        "[" + pairs.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "]"
    }
}
