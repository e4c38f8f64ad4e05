// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The tables of Markdown texts.
package enum MarkdownTable {
    /// The cells of a row, without the spaces around them; none when the line is no row.
    package static func cells(of line: Substring) -> [Substring] {
        guard line.hasPrefix("|") else { return [] }
        var row = line.trimmingSpaces.dropFirst()
        if row.hasSuffix("|") { row = row.dropLast() }
        return row.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmingSpaces)
    }

    /// The rows of the table below a heading of the second level, without the head and the line below it.
    package static func rows(under heading: String, in text: String) -> [[Substring]] {
        let lines = text.split(separator: "\n")
        let section = lines.drop { $0 != "## \(heading)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.map(cells).filter { !$0.isEmpty }.dropFirst(2).map { $0 }
    }
}

extension Substring {
    /// Without spaces at both ends.
    fileprivate var trimmingSpaces: Substring {
        var text = self.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
