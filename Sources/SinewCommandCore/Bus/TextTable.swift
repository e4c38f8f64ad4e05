// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Rows of text in columns that are as wide as their widest cell.
package struct TextTable: Sendable, Hashable {
    private var rows: [[String]]

    /// Begins with the names of the columns.
    package init(_ header: String...) { rows = [header] }

    /// Adds a row; an empty cell is shown as a dash, so that every row has the same number of words.
    package mutating func append(_ cells: String...) { rows.append(cells.map { $0.isEmpty ? "-" : $0 }) }

    /// The lines, without newlines and without blanks at their ends.
    package var lines: [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: max(0, width - cell.count))
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
