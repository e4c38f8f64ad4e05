// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectVector {
    /// Reads a row.
    ///
    /// - Parameters:
    ///   - row: The four columns, without a newline.
    ///   - line: Its line, counted from 1.
    /// - Throws: What is wrong with it.
    package init(row: ArraySlice<UInt8>, line: Int) throws(DataError) {
        let columns = row.split(separator: 0x09, omittingEmptySubsequences: false)
        guard columns.count == 4 else {
            throw DataError(
                "it has \(columns.count) columns; write kind, pattern, subject and expected, with tabs between"
            )
        }
        guard let kind = Kind(rawValue: String(decoding: columns[0], as: UTF8.self)) else {
            let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw DataError("there is no such kind; there are \(kinds)")
        }
        self.line = line
        self.kind = kind
        pattern = try Self.column(columns[1], "pattern", isUsed: kind.usesPattern)
        subject = try Self.column(columns[2], "subject", isUsed: kind.usesSubject)
        expected = try GoEscapes.decode(columns[3])
        if kind == .transform || kind == .transformValid {
            guard TransformText.isTransform(pattern) else {
                throw DataError("write the pattern as 'source => destination'")
            }
        }
        guard kind == .transform || ["true", "false"].contains(String(decoding: expected, as: UTF8.self)) else {
            throw DataError("expected is true or false")
        }
    }

    private static func column(_ text: ArraySlice<UInt8>, _ name: String, isUsed: Bool) throws(DataError) -> [UInt8] {
        let isMissing = text.elementsEqual("-".utf8)
        guard isUsed else {
            guard isMissing || text.isEmpty else { throw DataError("this kind has no \(name); write - there") }
            return []
        }
        guard !isMissing else { throw DataError(#"this kind needs a \#(name); write \x2d where it is '-'"#) }
        return try GoEscapes.decode(text)
    }
}
