// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore

/// What a run found, ready to be printed.
struct Report {
    let tally: Tally
    let verdict: Verdict
    let failure: PipelineFailure?
    let badMessages: Int
    let elapsed: Duration

    /// Whether every file was counted and the sequential count agrees.
    var isGood: Bool { failure == nil && verdict.isGood }

    /// The totals as one line of JSON.
    var json: String {
        let count = tally.count
        return #"{"files":\#(tally.fileCount),"lines":\#(count.lines),"words":\#(count.words),"bytes":\#(count.bytes)}"#
    }

    /// The totals and the most frequent words, for people.
    func text(top: Int) -> String {
        let count = tally.count
        var lines: [String] = []
        let words = tally.words.top(top)
        if !words.isEmpty {
            lines.append("the most frequent of \(tally.words.count) different words:")
            lines += words.map { "\(Self.right($0.count))  \(printable($0.word))" }
        }
        lines.append("in \(elapsed.inSeconds) s:")
        let totals = [
            ("files", tally.fileCount), ("lines", count.lines), ("words", count.words), ("bytes", count.bytes),
        ]
        lines += totals.map { "\(Self.right($0.1))  \($0.0)" }
        if isGood { lines.append("a sequential count agrees\(wordNote)") }
        return lines.joined(separator: "\n")
    }

    /// Everything that is not as it should be, one line each.
    var complaints: [String] {
        var lines: [String] = []
        if let failure { lines.append(failure.description) }
        lines += Self.some(verdict.missing.map { "no result: \($0)" }, of: verdict.missing.count)
        lines += Self.some(verdict.problems.map(\.description), of: verdict.problemCount)
        lines += Self.some(
            verdict.changed.map { "changed or removed while it was counted, so not compared: \($0)" },
            of: verdict.changed.count
        )
        lines += Self.some(
            verdict.differences.map { "differs from the sequential count: \($0)" },
            of: verdict.differenceCount
        )
        if badMessages > 0 { lines.append("\(badMessages) messages were not understood, and ignored") }
        if tally.foreignCount > 0 { lines.append("\(tally.foreignCount) messages of another run were ignored") }
        return lines
    }

    private var wordNote: String {
        switch verdict.wordCheck {
        case .compared: ", also for each word"
        case .filesDiffer: "; single words were not compared, because files changed"
        case .tooManyWords: "; single words were not compared, because there are too many different ones"
        }
    }

    private static func right(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: " ", count: max(0, 12 - digits.count)) + digits
    }

    /// The first lines, and how many there are more.
    private static func some(_ lines: [String], of count: Int, limit: Int = 20) -> [String] {
        count <= limit ? lines : lines.prefix(limit) + ["… and \(count - min(limit, lines.count)) more like that"]
    }
}
