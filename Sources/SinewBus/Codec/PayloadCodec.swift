// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Turns values into payloads and back: JSON, MessagePack, whatever both ends use.
///
/// `JSONCodec` of the module `SinewFoundation` is one; this module has none itself, because Foundation's is the one
/// that people expect, and not everybody wants Foundation.
///
/// ```swift
/// var options = Node.Options()
/// options.codec = JSONCodec()
/// let node = try Node("orders-1", options: options)
/// try await node.publish(value: order, to: "orders.us.new")
/// let received = try node.value(Order.self, of: message)
/// ```
public protocol PayloadCodec: Sendable {
    /// Makes the bytes of a value.
    ///
    /// - Parameter value: The value.
    /// - Returns: Its bytes.
    /// - Throws: Why it has none.
    func encode(_ value: some Encodable) throws -> [UInt8]

    /// Makes a value of bytes.
    ///
    /// - Parameters:
    ///   - type: Of which type.
    ///   - bytes: The bytes.
    /// - Returns: The value.
    /// - Throws: Why they are none.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value
}
