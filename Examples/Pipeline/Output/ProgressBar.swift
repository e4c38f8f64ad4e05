// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A bar on standard error, drawn at most ten times a second, and only when standard error is a terminal.
struct ProgressBar {
    private static let width = 30
    private let isTerminal = isatty(2) == 1
    private var lastDraw: ContinuousClock.Instant?
    private var drawnWidth = 0

    /// Draws the bar.
    ///
    /// - Parameters:
    ///   - what: What is going on.
    ///   - done: How much is done, in bytes.
    ///   - total: How much there is, in bytes; nil when that is not known yet.
    ///   - detail: What follows after the bar.
    mutating func draw(_ what: String, done: Int, of total: Int?, _ detail: String = "") {
        guard isTerminal else { return }
        let now = ContinuousClock.now
        if let lastDraw, now - lastDraw < .milliseconds(100) { return }
        lastDraw = now
        let line = Self.line(what, done: done, of: total, detail)
        writeToStandardError("\r\(line)\(String(repeating: " ", count: max(0, drawnWidth - line.count)))")
        drawnWidth = line.count
    }

    /// Removes the bar.
    mutating func clear() {
        if drawnWidth > 0 { writeToStandardError("\r\(String(repeating: " ", count: drawnWidth))\r") }
        drawnWidth = 0
        lastDraw = nil
    }

    /// The bar as text.
    static func line(_ what: String, done: Int, of total: Int?, _ detail: String) -> String {
        let share = total.map { $0 > 0 ? min(1, max(0, Double(done) / Double($0))) : 1 } ?? 0
        let filled = Int(share * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        let percent = String(Int(share * 100))
        return "\(what) [\(bar)] \(String(repeating: " ", count: 3 - percent.count))\(percent) % \(detail)"
    }
}
