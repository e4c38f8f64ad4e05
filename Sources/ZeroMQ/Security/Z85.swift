// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Z85: 4 bytes as 5 printable characters, the form in which CURVE keys are written down. Source: ZeroMQ RFC 32/Z85.
public enum Z85 {
    static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8
    )

    /// The value of each ASCII character; 255 for those that do not belong to the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Why bytes or text could not be converted.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong. New reasons may be added.
        public struct Reason: Sendable, Hashable {
            /// The reason's name, as it is spelled in Swift.
            public let name: String

            /// Bytes whose number is not a multiple of 4, or text whose length is not one of 5.
            public static let length = Reason(name: "length")
            /// A character that is not one of the 85.
            public static let character = Reason(name: "character")
            /// Five characters that stand for more than 32 bits.
            public static let overflow = Reason(name: "overflow")
        }

        /// What is wrong.
        public let reason: Reason
        /// Where: the offset of the character, or of the first of the five; for ``Reason/length`` the length itself.
        public let position: Int

        /// What is wrong, and where. Never shows the text, which may be a secret.
        public var description: String {
            switch reason {
            case .length: "a length of \(position); Z85 turns 4 bytes into 5 characters"
            case .character: "character \(position) is not one of Z85's"
            default: "characters \(position) to \(position + 4) stand for more than 32 bits"
            }
        }
    }

    /// The text for some bytes.
    ///
    /// - Throws: ``Failure/Reason/length`` unless the number of bytes is a multiple of 4.
    /// - Complexity: O(*n*)
    public static func encode(_ bytes: some Collection<UInt8>) throws(Failure) -> String {
        let bytes = Array(bytes)
        guard bytes.count % 4 == 0 else { throw Failure(reason: .length, position: bytes.count) }
        return String(decoding: characters(of: bytes), as: UTF8.self)
    }

    /// The characters for bytes whose number is a multiple of 4.
    static func characters(of bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 4 * 5)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            let value = bytes[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            for divisor in [85 * 85 * 85 * 85, 85 * 85 * 85, 85 * 85, 85, 1] as [UInt32] {
                text.append(alphabet[Int(value / divisor % 85)])
            }
        }
        return text
    }

    /// The bytes that a text stands for.
    ///
    /// - Throws: ``Failure`` when it is not Z85.
    /// - Complexity: O(*n*)
    public static func decode(_ text: some StringProtocol) throws(Failure) -> [UInt8] {
        try decode(utf8: Array(text.utf8))
    }

    static func decode(utf8 text: [UInt8]) throws(Failure) -> [UInt8] {
        guard text.count % 5 == 0 else { throw Failure(reason: .length, position: text.count) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 5 * 4)
        for start in stride(from: 0, to: text.count, by: 5) {
            var sum: UInt64 = 0
            for position in start..<start + 5 {
                let value = values[Int(text[position])]
                guard value < 85 else { throw Failure(reason: .character, position: position) }
                sum = sum * 85 + UInt64(value)
            }
            guard let word = UInt32(exactly: sum) else { throw Failure(reason: .overflow, position: start) }
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return bytes
    }
}
