// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A time as it is written in an argument: `500ms`, `5s`, `1.5s`, `2m`, `1h`.
package enum DurationText {
    private static let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    /// A day: longer ones are typing errors.
    private static let maximumMilliseconds: Int64 = 86_400_000

    /// The time that a text stands for.
    ///
    /// - Throws: When there is no unit, no number, a number below 1, or more than a day.
    package static func parse(_ text: String) throws(ArgumentFault) -> Duration {
        let advice = "write a time as 500ms, 5s, 2m or 1h"
        let digits = Self.digits(text[...])
        guard !digits.isEmpty else { throw ArgumentFault("'\(text)' is not a time; \(advice)") }
        var rest = text.dropFirst(digits.count)
        var decimals = Substring()
        if rest.first == "." {
            decimals = Self.digits(rest.dropFirst())
            guard (1...9).contains(decimals.count) else { throw ArgumentFault("'\(text)' is not a time; \(advice)") }
            rest = rest.dropFirst(decimals.count + 1)
        }
        let unit = String(rest)
        guard let scale = units.first(where: { $0.0 == unit })?.1 else {
            let reason = unit.isEmpty ? "has no unit" : "has a unit that is not known"
            throw ArgumentFault("'\(text)' \(reason); \(advice)")
        }
        let (whole, overflow) = (Int64(digits) ?? .max).multipliedReportingOverflow(by: scale)
        // To whole milliseconds.
        let part = decimals.reversed().reduce(0.0) { ($0 + Double($1.wholeNumberValue ?? 0)) / 10 } * Double(scale)
        let milliseconds = overflow ? .max : whole.addingReportingOverflow(Int64(part.rounded())).partialValue
        guard !overflow, (1...maximumMilliseconds).contains(milliseconds) else {
            throw ArgumentFault("'\(text)' is out of range; use 1ms to 24h")
        }
        return .milliseconds(milliseconds)
    }

    private static func digits(_ text: Substring) -> Substring {
        text.prefix { $0.isASCII && $0.isNumber }
    }

    /// The shortest way to write a time of whole milliseconds.
    package static func text(_ time: Duration) -> String {
        let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        let (unit, scale) = units.last { milliseconds % $0.1 == 0 && milliseconds >= $0.1 } ?? units[0]
        return "\(milliseconds / scale)\(unit)"
    }
}
