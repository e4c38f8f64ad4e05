// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A time as it is written in an argument: `500ms`, `5s`, `2m`, `1h`.
package enum DurationText {
    private static let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    /// A day: longer ones are typing errors.
    private static let maximumMilliseconds: Int64 = 86_400_000

    /// The time that a text stands for.
    ///
    /// - Throws: When there is no unit, no number, a number below 1, or more than a day.
    package static func parse(_ text: String) throws(ArgumentFault) -> Duration {
        let advice = "write a time as 500ms, 5s, 2m or 1h"
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { throw ArgumentFault("'\(text)' is not a time; \(advice)") }
        let unit = String(text.dropFirst(digits.count))
        guard let scale = units.first(where: { $0.0 == unit })?.1 else {
            let reason = unit.isEmpty ? "has no unit" : "has a unit that is not known"
            throw ArgumentFault("'\(text)' \(reason); \(advice)")
        }
        let (milliseconds, overflow) = (Int64(String(digits)!) ?? .max).multipliedReportingOverflow(by: scale)
        guard !overflow, (1...maximumMilliseconds).contains(milliseconds) else {
            throw ArgumentFault("'\(text)' is out of range; use 1ms to 24h")
        }
        return .milliseconds(milliseconds)
    }

    /// The shortest way to write a time of whole milliseconds.
    package static func text(_ time: Duration) -> String {
        let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        let (unit, scale) = units.last { milliseconds % $0.1 == 0 && milliseconds >= $0.1 } ?? units[0]
        return "\(milliseconds / scale)\(unit)"
    }
}
