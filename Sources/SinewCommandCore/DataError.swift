// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A line of input that cannot be understood.
package struct DataError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and what to do about it.
    package let reason: String
    /// The line, counted from 1; nil where nobody counts.
    package let line: Int?

    /// Makes an error.
    package init(_ reason: String, line: Int? = nil) {
        self.reason = reason
        self.line = line
    }

    /// The same error, in a line.
    package func inLine(_ number: Int) -> DataError { DataError(reason, line: number) }

    /// One line.
    package var description: String { line.map { "line \($0) of the input: \(reason)" } ?? reason }
}
