// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The name of a queue group: of the subscribers that have one name, one gets each message.
///
/// Any bytes but white space, at most ``maximumBytes`` of them, as nats-server has it. Names are compared as bytes.
public struct QueueGroup: Hashable, Sendable {
    /// The most bytes that a name may have.
    public static let maximumBytes = 255

    /// The name; never empty.
    public let bytes: [UInt8]

    /// Makes a name of bytes.
    ///
    /// - Parameter bytes: The name.
    /// - Throws: ``InterestError/Code-swift.struct/invalidQueueGroup`` when it is empty, too long or has white space.
    public init(bytes: [UInt8]) throws(InterestError) {
        let isAllowed = bytes.allSatisfy { ![0x20, 0x09, 0x0A, 0x0C, 0x0D].contains($0) }
        guard !bytes.isEmpty, bytes.count <= Self.maximumBytes, isAllowed else {
            let advice = "use 1 to \(Self.maximumBytes) bytes without white space"
            throw InterestError(.invalidQueueGroup, "'\(String(decoding: bytes.prefix(40), as: UTF8.self))'", advice)
        }
        self.bytes = bytes
    }

    /// Makes a name of text.
    ///
    /// - Parameter text: The name.
    /// - Throws: ``InterestError/Code-swift.struct/invalidQueueGroup`` when it is empty, too long or has white space.
    public init(_ text: some StringProtocol) throws(InterestError) { try self.init(bytes: Array(text.utf8)) }
}

extension QueueGroup: Comparable {
    /// The order of their bytes.
    public static func < (left: QueueGroup, right: QueueGroup) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension QueueGroup: CustomStringConvertible {
    /// The name as text; bytes that are not UTF-8 become U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension QueueGroup: ExpressibleByStringLiteral {
    /// Makes a name of a literal. One that is no name is a defect of the program, and ends it with the reason.
    ///
    /// - Parameter value: The name.
    public init(stringLiteral value: String) {
        do {
            try self.init(value)
        } catch {
            fatalError("a literal that is no queue group: \(error)")
        }
    }
}
