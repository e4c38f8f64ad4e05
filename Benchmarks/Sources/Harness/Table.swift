// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Rows as people read them, with the verdict of the bars.
package struct Table {
    private var lines: [[String]] = [
        ["metric", "ours", "baseline", "unit", "ratio", "±", "spread", "pairs", "bar", "verdict"]
    ]

    package init() {}

    /// Adds a row. The verdict is empty when no bar is set for the metric, and has a question mark when the ratio is
    /// nearer to the limit than it may be off.
    package mutating func add(_ row: Row, bar: Bar?, void: Bool) {
        let verdict =
            switch (bar, void) {
            case (nil, false): ""
            case (_, true): "void"
            case (let bar?, false): (bar.passes(row) ? "pass" : "FAIL") + (bar.decides(row) ? "" : "?")
            }
        self.lines.append([
            row.metric,
            compact(row.value),
            compact(row.baselineValue),
            row.unit,
            row.ratio.map { fixed($0.median) } ?? "–",
            row.ratio.map { fixed($0.error) } ?? "–",
            row.ratio.map { "\(fixed($0.low))–\(fixed($0.high))" } ?? "–",
            String(row.pairs),
            bar?.text ?? "",
            verdict,
        ])
    }

    /// The table, its columns aligned, the numbers to the right.
    package var text: String {
        let widths = self.lines[0].indices.map { column in self.lines.map { $0[column].count }.max() ?? 0 }
        let toTheRight: Set<Int> = [1, 2, 4, 5, 6, 7]
        return self.lines.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (toTheRight.contains(column) ? padding + cell : cell + padding)
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

/// A number as short as it can be read: 3.21 M, 0.0141, 46 200.
package func compact(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if abs(value) >= 999_500 { return "\(significant(value / 1e6, digits: 4)) M" }
    let rounded = significant(value, digits: 4)
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
}

/// A ratio with three decimals.
package func fixed(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let thousandths = Int((value * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
}
