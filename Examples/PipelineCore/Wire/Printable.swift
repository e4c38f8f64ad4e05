// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Bytes as text for people: valid UTF-8 without control characters as it is, every other byte as `\x..`.
package func printable(_ bytes: ArraySlice<UInt8>, maxCharacters: Int = .max) -> String {
    var text = ""
    var shown = 0
    let show: (UInt8) -> Void = { byte in
        let digits = String(byte, radix: 16)
        text += digits.utf8.count < 2 ? "\\x0\(digits)" : "\\x\(digits)"
    }
    var index = bytes.startIndex
    while index < bytes.endIndex {
        if shown == maxCharacters { return text + "…" }
        shown += 1
        let length = scalarLength(bytes[index])
        if length > 0, index + length <= bytes.endIndex,
            let scalar = String(validating: bytes[index..<index + length], as: UTF8.self)?.unicodeScalars.first,
            scalar.isPrintable
        {
            text.unicodeScalars.append(scalar)
            index += length
        } else {
            show(bytes[index])
            index += 1
        }
    }
    return text
}

private func scalarLength(_ first: UInt8) -> Int {
    switch first {
    case 0x00...0x7F: 1
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
