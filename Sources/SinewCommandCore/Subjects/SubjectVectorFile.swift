// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A file of test vectors: a header, which may be missing, then a row on each line.
package struct SubjectVectorFile: Sendable {
    /// A row that was read, or one that cannot be understood.
    package enum Row: Sendable, Hashable {
        /// A question and its answer.
        case vector(SubjectVector)
        /// What is wrong with the line.
        case malformed(DataError)
    }

    /// The first line.
    package static let header = "kind\tpattern\tsubject\texpected"

    private let bytes: [UInt8]
    /// Where each line ends. A slice for each would be many times the file, were it all newlines.
    private let ends: [Int]

    /// Reads a file. Whatever it holds, nothing is left out but the header and blank lines.
    ///
    /// - Parameter bytes: All of it.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        ends = bytes.indices.filter { bytes[$0] == 0x0A } + [bytes.count]
    }

    /// A line, counted from 0. Systems that write two characters at the end of one are understood.
    private func line(at index: Int) -> ArraySlice<UInt8> {
        let line = bytes[(index > 0 ? ends[index - 1] + 1 : 0)..<ends[index]]
        return line.last == 0x0D ? line.dropLast() : line
    }

    /// All rows, with those that cannot be understood.
    package var rows: [Row] { ends.indices.compactMap(row) }

    /// What is on a line, counted from 0; nil when it is blank, or the header.
    private func row(at index: Int) -> Row? {
        let line = line(at: index)
        // Without a header the first line is a row.
        guard !line.isEmpty, !(index == 0 && line.elementsEqual(Self.header.utf8)) else { return nil }
        return Self.row(line, index + 1)
    }

    private static func row(_ line: ArraySlice<UInt8>, _ number: Int) -> Row {
        do throws(DataError) {
            return .vector(try SubjectVector(row: line, line: number))
        } catch {
            return .malformed(error.inLine(number))
        }
    }

    /// What to print for a row: nothing when it passes.
    package func complaint(about row: Row) -> String? {
        switch row {
        case .malformed(let error):
            return "line \(error.line ?? 0): \(shown(error.line ?? 0)): malformed: \(error.reason)"
        case .vector(let vector):
            guard !vector.passes else { return nil }
            let answer = SubjectText.shown(vector.answer)
            let answers = vector.kind == .subsetUpstreamQuirk ? "we also answer \(answer)" : "we answer \(answer)"
            return "line \(vector.line): \(shown(vector.line)): \(answers)"
        }
    }

    /// A line as it can be printed, with its tabs.
    private func shown(_ number: Int) -> String {
        ends.indices.contains(number - 1) ? SubjectText.shown(Array(line(at: number - 1)), tabs: true) : ""
    }

    /// What the whole file comes to.
    package struct Summary: Sendable, Hashable, CustomStringConvertible {
        /// How many rows agree.
        package var passed = 0
        /// How many do not, or cannot be understood.
        package var failed = 0

        /// Whether the file holds no row.
        package var isEmpty: Bool { passed + failed == 0 }

        /// Whether there was a row, and none failed.
        package var isSuccess: Bool { failed == 0 && passed > 0 }

        /// `N passed, N failed`.
        package var description: String { "\(passed) passed, \(failed) failed" }
    }

    /// Checks all rows.
    ///
    /// - Parameter report: Gets a line for each that fails, in order.
    package func check<Failure: Error>(
        _ report: (String) async throws(Failure) -> Void
    ) async throws(Failure) -> Summary {
        var summary = Summary()
        for index in ends.indices {
            guard let row = row(at: index) else { continue }
            guard let complaint = complaint(about: row) else {
                summary.passed += 1
                continue
            }
            summary.failed += 1
            try await report(complaint)
        }
        return summary
    }
}

/// Bytes of subjects in lines of text.
package enum SubjectText {
    /// The bytes as a terminal can show them.
    package static func shown(_ bytes: [UInt8], tabs: Bool = false) -> String {
        String(decoding: PlainText.escape(bytes, escapingTabs: !tabs), as: UTF8.self)
    }
}
