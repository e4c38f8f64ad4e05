// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a sequential count found, to be compared with what the workers found.
package struct SequentialCount: Sendable {
    /// How each job ended, by its number.
    package var outcomes: [JobOutcome] = []
    /// The words of all files that were counted.
    package var words: WordTable

    /// Creates an empty count.
    package init(distinctWordLimit: Int = Limits.maxDistinctWords) {
        words = WordTable(limit: distinctWordLimit)
    }
}

/// The comparison of the workers' count with a sequential one.
///
/// A file that was changed, or disappeared, between or during the two counts is told by its ``FileStamp`` and left out
/// of the comparison: it is listed in ``changed``, and then the tables of words are not compared either.
package struct Verdict: Sendable {
    /// Why the two tables of words could not be compared.
    package enum WordCheck: Hashable, Sendable {
        /// They were compared.
        case compared
        /// Files changed, could not be read or are missing.
        case filesDiffer
        /// There were more different words than a table holds.
        case tooManyWords
    }

    /// The jobs without a result.
    package private(set) var missing: [FilePath] = []
    /// What could not be counted.
    package private(set) var problems: [Problem]
    /// How much could not be counted, with what is not listed in ``problems``.
    package private(set) var problemCount: Int
    /// The files that changed between the two counts.
    package private(set) var changed: [FilePath] = []
    /// What differs, one line each, up to ``Limits/maxKeptProblems``.
    package private(set) var differences: [String] = []
    /// How much differs.
    package private(set) var differenceCount = 0
    /// Whether the words were compared.
    package private(set) var wordCheck = WordCheck.compared

    /// Whether every file was counted and both counts agree.
    package var isGood: Bool { missing.isEmpty && problemCount == 0 && differenceCount == 0 }

    /// Compares.
    ///
    /// - Parameters:
    ///   - tally: What the workers found.
    ///   - sequential: What a sequential count of the same paths, in the same order, found.
    package init(of tally: Tally, against sequential: SequentialCount) {
        problems = tally.problems
        problemCount = tally.problemCount
        if tally.contradictionCount > 0 {
            differ("\(tally.contradictionCount) messages contradict earlier ones, such as a second result")
        }
        if let announced = tally.announced, announced.jobs != tally.paths.count {
            differ("\(announced.jobs) files were announced, and \(tally.paths.count) named")
        }
        if let announced = tally.announced, announced.problems != tally.problemCount {
            differ("\(announced.problems) problems were announced, and \(tally.problemCount) named")
        }
        var expected = FileCount()
        for (id, path) in tally.paths.enumerated() {
            compare(path, tally.outcomes[id], id < sequential.outcomes.count ? sequential.outcomes[id] : nil)
            if case .counted(let result) = tally.outcomes[id] { expected += result.count }
        }
        if tally.count != expected {
            differ("the sums of all files are \(tally.count), and should be \(expected)")
        }
        checkWords(tally.words, sequential.words, tally.count)
    }

    private mutating func differ(_ line: String) {
        differenceCount += 1
        if differences.count < Limits.maxKeptProblems { differences.append(line) }
    }

    private mutating func compare(_ path: FilePath, _ found: JobOutcome?, _ wanted: JobOutcome?) {
        switch (found, wanted) {
        case (nil, _):
            missing.append(path)
        case (.failed(let failure), _):
            problemCount += 1
            if problems.count < Limits.maxKeptProblems { problems.append(Problem(path: path, failure: failure)) }
        case (.counted, .failed):
            changed.append(path)
        case (.counted, nil):
            differ("\(path): there is no sequential count")
        case (.counted(let found), .counted(let wanted)):
            guard found.isStable, wanted.isStable, found.stamp == wanted.stamp else {
                changed.append(path)
                return
            }
            compare(path, "lines", found.count.lines, wanted.count.lines)
            compare(path, "words", found.count.words, wanted.count.words)
            compare(path, "bytes", found.count.bytes, wanted.count.bytes)
            compare(path, "long words", found.count.longWords, wanted.count.longWords)
        }
    }

    private mutating func compare(_ path: FilePath, _ what: String, _ found: Int, _ wanted: Int) {
        if found != wanted { differ("\(path): \(found) \(what), sequentially \(wanted)") }
    }

    private mutating func checkWords(_ found: WordTable, _ wanted: WordTable, _ count: FileCount) {
        let listed = found.entries.reduce(0) { $0 &+ $1.count }
        let all = listed &+ found.unlistedOccurrences &+ count.longWords
        if all != count.words {
            differ("the merged table holds \(all) words, and the files hold \(count.words)")
        }
        guard missing.isEmpty, problemCount == 0, changed.isEmpty else {
            wordCheck = .filesDiffer
            return
        }
        guard found.unlistedOccurrences == 0, wanted.unlistedOccurrences == 0 else {
            wordCheck = .tooManyWords
            return
        }
        if found.count != wanted.count {
            differ("\(found.count) different words, sequentially \(wanted.count)")
        }
        for entry in wanted.entries {
            let occurrences = found.occurrences(of: entry.word)
            if occurrences != entry.count {
                let word = printable(entry.word)
                differ("the word \"\(word)\": \(occurrences) times, sequentially \(entry.count)")
            }
        }
    }
}
