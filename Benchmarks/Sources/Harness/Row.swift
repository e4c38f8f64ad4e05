// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// One line of the result: a metric of a contender beside the same metric of the baseline.
package struct Row: Sendable {
    package var suite: String
    package var metric: String
    /// The median over the contender's runs.
    package var value: Double
    package var unit: String
    package var baseline: String
    /// The median over the baseline's runs.
    package var baselineValue: Double
    /// The pairwise ratios; `nil` when the baseline's value is 0.
    package var ratio: Spread?
    package var pairs: Int

    package init(
        suite: String,
        metric: String,
        value: Double,
        unit: String,
        baseline: String,
        baselineValue: Double,
        ratio: Spread?,
        pairs: Int
    ) {
        self.suite = suite
        self.metric = metric
        self.value = value
        self.unit = unit
        self.baseline = baseline
        self.baselineValue = baselineValue
        self.ratio = ratio
        self.pairs = pairs
    }

    /// The row as one line of JSON.
    package var json: String {
        let fields: [(String, String)] = [
            ("suite", quoted(self.suite)),
            ("metric", quoted(self.metric)),
            ("value", number(self.value)),
            ("unit", quoted(self.unit)),
            ("baseline", quoted(self.baseline)),
            ("baselineValue", number(self.baselineValue)),
            ("ratio", self.ratio.map { number($0.median) } ?? "null"),
            ("pairs", String(self.pairs)),
        ]
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let rounded = significant(value, digits: 6)
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }
}

/// The value rounded to so many significant digits.
func significant(_ value: Double, digits: Int) -> Double {
    guard value != 0, value.isFinite else { return value }
    var scale = 1.0
    while abs(value) * scale >= pow10(digits) { scale /= 10 }
    while abs(value) * scale < pow10(digits - 1) { scale *= 10 }
    let rounded = (value * scale).rounded()
    return scale >= 1 ? rounded / scale : rounded * (1 / scale).rounded()
}

private func pow10(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
}
