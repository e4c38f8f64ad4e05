// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Takes bytes in as they come, and gives lines out. Keeps no more than one line and what was added last.
package struct LineSplitter: Sendable {
    private let maximumLineBytes: Int
    private var buffer: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// Up to where there is no end of a line.
    private var searched = 0
    /// How many lines were given out.
    package private(set) var lineCount = 0

    /// - Parameter maximumLineBytes: How long a line may be, without its end.
    package init(maximumLineBytes: Int) { self.maximumLineBytes = maximumLineBytes }

    /// Takes in what was read.
    package mutating func append(_ bytes: [UInt8]) {
        buffer.removeFirst(start)
        searched -= start
        start = 0
        buffer += bytes
    }

    /// The next line without its newline; nil when there is no whole one.
    ///
    /// - Throws: For a line that is too long, as soon as that is known.
    package mutating func next() throws(DataError) -> [UInt8]? {
        guard try hasLine() else { return nil }
        return take(upTo: searched, skipping: 1)
    }

    /// Whether a whole line is there.
    ///
    /// - Throws: For a line that is too long, as soon as that is known.
    package mutating func hasLine() throws(DataError) -> Bool {
        let end = buffer[searched...].firstIndex(of: 0x0A)
        // No byte is looked at twice, however small the parts are that a long line comes in.
        searched = end ?? buffer.count
        try check(searched - start)
        return end != nil
    }

    /// Whether nothing is left, not even a part of a line.
    package var isEmpty: Bool { start == buffer.count }

    /// What is left at the end of the input: a line without a newline; nil when there is nothing.
    package mutating func last() -> [UInt8]? {
        start == buffer.count ? nil : take(upTo: buffer.count, skipping: 0)
    }

    private mutating func take(upTo end: Int, skipping count: Int) -> [UInt8] {
        let line = Array(buffer[start..<end])
        start = end + count
        searched = start
        lineCount += 1
        return line
    }

    private func check(_ length: Int) throws(DataError) {
        guard length <= maximumLineBytes else {
            let reason = "it is longer than \(maximumLineBytes) bytes; allow more with --max-line"
            throw DataError(reason, line: lineCount + 1)
        }
    }
}
