// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The name of a peer in a line of text: as it is when it is plain text, else `0x` and hexadecimal digits.
package enum PeerName {
    /// The text for a name.
    package static func text(_ name: [UInt8]) -> [UInt8] {
        let isText = PlainText.escape(name, escapingTabs: true) == name && !name.isEmpty && !name.starts(with: mark)
        return isText ? name : mark + Hex.encode(name)
    }

    /// The name that a text stands for.
    ///
    /// - Throws: When it is empty, longer than 255 bytes, or has wrong digits behind `0x`.
    package static func bytes(_ text: [UInt8]) throws(DataError) -> [UInt8] {
        try check(text.starts(with: mark) ? try Hex.decode(text.dropFirst(mark.count)) : text)
    }

    static func check(_ name: [UInt8]) throws(DataError) -> [UInt8] {
        guard (1...255).contains(name.count) else {
            throw DataError("the name of a peer has 1 to 255 bytes; begin a line with it and a tab")
        }
        return name
    }

    private static let mark = Array("0x".utf8)
}
