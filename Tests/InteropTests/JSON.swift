// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

/// What a command to a peer consists of.
enum JSON: Encodable, Sendable {
    case text(String)
    case number(UInt64)
    case flag(Bool)
    case list([JSON])
    case object([String: JSON])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    static func number(_ value: Int) -> JSON { .number(UInt64(value)) }

    /// Bytes, as both sides write them.
    static func hex(_ bytes: [UInt8]) -> JSON { .text(Hex.text(of: bytes)) }
    static func hex(_ text: String) -> JSON { .hex(Array(text.utf8)) }
}

extension JSON: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: UInt64) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(arrayLiteral elements: JSON...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

/// Two digits for each byte.
enum Hex {
    static func text(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func bytes(of text: String) -> [UInt8] {
        let digits = text.utf8.map { $0 >= UInt8(ascii: "a") ? $0 - UInt8(ascii: "a") + 10 : $0 - UInt8(ascii: "0") }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// What a peer says to a command; which of it depends on the command.
struct Answer: Decodable, Sendable {
    var error: String?
    var endpoint: String?
    var port: UInt16?
    /// Messages, their frames in hexadecimal.
    var messages: [[String]]?
    var texts: [String]?
    var user: String?
    var count: Int?
    var received: Int?
    var event: String?
    var `public`: String?
    var secret: String?
    var metadata: [String: String]?
    var keys: [String]?

    /// The messages, their frames as text.
    var messageTexts: [[String]] {
        (messages ?? []).map { $0.map { String(decoding: Hex.bytes(of: $0), as: UTF8.self) } }
    }
}
