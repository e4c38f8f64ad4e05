// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
public import SinewBus

/// Values as JSON, by Foundation's encoder and decoder, with dates as ISO 8601.
public struct JSONCodec: PayloadCodec {
    /// JSON without white space, its keys in order: equal values have equal bytes.
    public init() {}

    /// Makes the JSON of a value.
    ///
    /// - Parameter value: The value.
    /// - Returns: Its bytes in UTF-8.
    /// - Throws: `EncodingError`.
    public func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(value))
    }

    /// Makes a value of JSON.
    ///
    /// - Parameters:
    ///   - type: Of which type.
    ///   - bytes: The bytes in UTF-8.
    /// - Returns: The value.
    /// - Throws: `DecodingError`.
    public func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(bytes))
    }
}
