// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// One field of each kind that the codec knows: what the vectors and the random tests are made of.
enum Field: Equatable, Sendable {
    case u8(UInt8)
    case u16(UInt16)
    case u32(UInt32)
    case u64(UInt64)
    case i64(Int64)
    case bool(Bool)
    case varint(UInt64)
    case bytes([UInt8])
    case string(String)
    case dictionary([String: [UInt8]])
    case node(NodeID)
    case incarnation(Incarnation)

    static let kinds = [
        "u8", "u16", "u32", "u64", "i64", "bool", "varint", "bytes", "string", "dictionary", "node", "incarnation",
    ]

    /// The longest string, bytes, key and value, and the most entries, that are read.
    static let limit = 200

    func write(to writer: inout ByteWriter) throws(CodecError) {
        switch self {
        case .u8(let value): try writer.writeUInt8(value)
        case .u16(let value): try writer.writeUInt16(value)
        case .u32(let value): try writer.writeUInt32(value)
        case .u64(let value): try writer.writeUInt64(value)
        case .i64(let value): try writer.writeInt64(value)
        case .bool(let value): try writer.writeBool(value)
        case .varint(let value): try writer.writeVarint(value)
        case .bytes(let value): try writer.writeBytes(value)
        case .string(let value): try writer.writeString(value)
        case .dictionary(let value): try writer.writeDictionary(value)
        case .node(let value): try writer.writeNodeID(value)
        case .incarnation(let value): try writer.writeIncarnation(value)
        }
    }

    init(kind: String, from reader: inout ByteReader) throws(CodecError) {
        switch kind {
        case "u8": self = .u8(try reader.readUInt8())
        case "u16": self = .u16(try reader.readUInt16())
        case "u32": self = .u32(try reader.readUInt32())
        case "u64": self = .u64(try reader.readUInt64())
        case "i64": self = .i64(try reader.readInt64())
        case "bool": self = .bool(try reader.readBool())
        case "varint": self = .varint(try reader.readVarint())
        case "bytes": self = .bytes(Array(try reader.readBytes(maximum: Self.limit)))
        case "string": self = .string(try reader.readString(maximumBytes: Self.limit))
        case "node": self = .node(try reader.readNodeID())
        case "incarnation": self = .incarnation(try reader.readIncarnation())
        default:
            let limit = Self.limit
            self = .dictionary(
                try reader.readDictionary(maximumEntries: limit, maximumKeyBytes: limit, maximumValueBytes: limit)
            )
        }
    }

    /// The field that a row of the vectors means.
    static func meant(kind: String, value: String) -> Field? {
        switch kind {
        case "u8": UInt8(value).map(Field.u8)
        case "u16": UInt16(value).map(Field.u16)
        case "u32": UInt32(value).map(Field.u32)
        case "u64": UInt64(value).map(Field.u64)
        case "i64": Int64(value).map(Field.i64)
        case "bool": Bool(value).map(Field.bool)
        case "varint": UInt64(value).map(Field.varint)
        case "bytes": unhex(value).map(Field.bytes)
        case "string": Field.string(value)
        case "node": NodeID(value).map(Field.node)
        case "incarnation": UInt64(value).map { Field.incarnation(Incarnation(rawValue: $0)) }
        default: Self.dictionary(value)
        }
    }

    /// `key=hex,key=hex`
    private static func dictionary(_ text: String) -> Field? {
        var entries: [String: [UInt8]] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let value = unhex(parts[1]) else { return nil }
            entries[parts[0]] = value
        }
        return .dictionary(entries)
    }

    /// Any field; the numbers are of any length.
    static func random(using generator: inout some RandomNumberGenerator) -> Field {
        let number = generator.next() >> UInt64.random(in: 0..<64, using: &generator)
        let array = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let letters = ["a", "é", ".", "\u{1f9b4}", "e\u{301}", "Z"]
        let string = array.map { letters[Int($0) % letters.count] }.joined()
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: return .u8(UInt8(truncatingIfNeeded: number))
        case 1: return .u16(UInt16(truncatingIfNeeded: number))
        case 2: return .u32(UInt32(truncatingIfNeeded: number))
        case 3: return .u64(number)
        case 4: return .i64(Int64(bitPattern: Bool.random(using: &generator) ? number : ~number))
        case 5: return .bool(number & 1 == 1)
        case 6: return .varint(number)
        case 7: return .bytes(array)
        case 8: return .string(string)
        case 9: return .node(NodeID(using: &generator))
        case 10: return .incarnation(Incarnation(rawValue: number))
        default: return .dictionary(Dictionary(array.map { ("\($0 % 9)\(string)", array) }) { $1 })
        }
    }

    /// The name of its kind in the vectors.
    var kind: String {
        switch self {
        case .u8: "u8"
        case .u16: "u16"
        case .u32: "u32"
        case .u64: "u64"
        case .i64: "i64"
        case .bool: "bool"
        case .varint: "varint"
        case .bytes: "bytes"
        case .string: "string"
        case .dictionary: "dictionary"
        case .node: "node"
        case .incarnation: "incarnation"
        }
    }
}

/// The bytes that an even number of hexadecimal digits means.
func unhex(_ text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
