// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

/// A row of a file of vectors: bytes, and what they say.
struct WireVector: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let meaning: String

    /// Whether the bytes are to be refused; the meaning says with what.
    var isRefused: Bool { meaning.hasPrefix("!") }

    /// Whether an error is the one that the row names.
    func names(_ error: CodecError) -> Bool { meaning == "!\(error.code) at \(error.offset)" }

    var testDescription: String { name }

    /// - Parameter file: The name of a file in `Tests/SinewBusCoreTests/Vectors`.
    static func load(_ file: String) throws -> [WireVector] {
        let text = try PackageRoot.text("Tests/SinewBusCoreTests/Vectors/\(file)")
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(columns.count == 3 && columns[1].count % 2 == 0, "\(line)")
            let digits = Array(columns[1])
            let bytes = try stride(from: 0, to: digits.count, by: 2).map { place in
                try #require(UInt8(String(digits[place...place + 1]), radix: 16), "\(line)")
            }
            return WireVector(name: String(columns[0]), bytes: bytes, meaning: String(columns[2]))
        }
    }
}
