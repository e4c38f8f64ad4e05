// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The name of a stream, a consumer, a bucket or the like: one token that is also safe as the name of a file.
///
/// 1 to 255 bytes, none of them white space, a dot, `*`, `>`, `/` or a backslash, and, unlike in NATS, none of them
/// NUL. Source: `isValidAssetName` of nats-server.
public struct AssetName: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]

    /// The most bytes a name may have.
    public static var maximumBytes: Int { 255 }

    /// Makes a name of bytes.
    ///
    /// - Parameter bytes: The name.
    /// - Throws: ``SubjectError/Code-swift.struct/invalidName`` with the place.
    public init(bytes: [UInt8]) throws(SubjectError) {
        guard (1...Self.maximumBytes).contains(bytes.count) else {
            let advice = "it has \(bytes.count) bytes; use 1 to \(Self.maximumBytes)"
            throw SubjectError(.invalidName, subject: bytes, advice: advice)
        }
        let wrong = Array(" \t\r\n\u{0C}\0.*>/\\".utf8)
        if let position = bytes.firstIndex(where: wrong.contains) {
            let advice = "use letters, digits, '-', '_' and '='; white space, '.', '*', '>', '/', '\\' are not allowed"
            throw SubjectError(.invalidName, subject: bytes, position: position, advice: advice)
        }
        self.bytes = bytes
    }

    /// Makes a name of text.
    ///
    /// - Parameter text: The name.
    /// - Throws: ``SubjectError/Code-swift.struct/invalidName`` with the place.
    public init(_ text: some StringProtocol) throws(SubjectError) { try self.init(bytes: Array(text.utf8)) }
}

extension AssetName: Comparable {
    /// The order of their bytes.
    public static func < (left: AssetName, right: AssetName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension AssetName: CustomStringConvertible {
    /// The name as text; bytes that are not UTF-8 become U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
