// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Counts lines, words and bytes of a file that is fed to it block by block, as GNU `wc` does in the C locale.
///
/// - A *line* is a newline byte; a last line without one is not counted.
/// - A *run* is a maximal sequence of bytes other than space, `\t`, `\n`, `\v`, `\f` and `\r`.
/// - A *word* is a run that holds at least one printable ASCII byte (`!` to `~`). A byte that is neither white space
///   nor printable, such as NUL or any byte above 127, neither makes a word nor ends one: `a\0b` is one word, and
///   `\x01 \x02` are none. This is what coreutils 9.1 does; other `wc` count every run.
///
/// The words themselves go into ``words``, each as the run's bytes. A run of more than ``maxWordBytes`` bytes is
/// counted but not kept.
package struct WordCounter: Sendable {
    /// The longest word, in bytes, that is kept in the table.
    package static let maxWordBytes = 64

    /// What was counted up to now; the word that the last byte may be part of is missing until ``finish()``.
    package private(set) var count = FileCount()
    /// The words seen since the counter was made, or since ``takeWords()``.
    package private(set) var words: WordTable

    private var run: [UInt8] = []
    private var runBytes = 0
    private var runIsWord = false

    /// Creates a counter whose table holds at most `distinctWordLimit` different words.
    package init(distinctWordLimit: Int = .max) {
        words = WordTable(limit: distinctWordLimit)
        run.reserveCapacity(Self.maxWordBytes)
    }

    /// Counts the first `byteCount` bytes of a block; a word may go on in the next block.
    ///
    /// - Complexity: O(`byteCount`)
    package mutating func consume(_ block: [UInt8], upTo byteCount: Int) {
        precondition(byteCount <= block.count, "\(byteCount) bytes of a block of \(block.count)")
        count.bytes += byteCount
        var lines = 0
        var runStart = 0
        var isWord = runIsWord
        for index in 0..<byteCount {
            let byte = block[index]
            if byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) {
                if byte == 0x0A { lines += 1 }
                if isWord { endWord(block[runStart..<index]) }
                if runBytes > 0 { forgetRun() }
                runStart = index + 1
                isWord = false
            } else if byte > 0x20 && byte < 0x7F {
                isWord = true
            }
        }
        count.lines += lines
        keep(block[runStart..<byteCount], isWord)
    }

    /// Counts a whole block.
    package mutating func consume(_ block: [UInt8]) {
        consume(block, upTo: block.count)
    }

    /// Ends the last word. Call it at the end of the file.
    package mutating func finish() {
        if runIsWord { endWord([]) }
        forgetRun()
    }

    /// Takes the words seen up to now out of the counter, so that its memory stays bounded.
    package mutating func takeWords() -> WordTable {
        let taken = words
        words = WordTable(limit: taken.limit)
        return taken
    }

    /// Counts the word that ends with these bytes, and began with what earlier blocks left.
    private mutating func endWord(_ tail: ArraySlice<UInt8>) {
        count.words += 1
        if runBytes + tail.count > Self.maxWordBytes {
            count.longWords += 1
        } else if runBytes == 0 {
            words.add(tail, count: 1)
        } else {
            words.add(run[...] + tail, count: 1)
        }
    }

    /// Keeps the beginning of a run for the next block.
    private mutating func keep(_ bytes: ArraySlice<UInt8>, _ isWord: Bool) {
        run.append(contentsOf: bytes.prefix(Self.maxWordBytes - run.count))
        runBytes += bytes.count
        runIsWord = isWord
    }

    private mutating func forgetRun() {
        run.removeAll(keepingCapacity: true)
        runBytes = 0
        runIsWord = false
    }
}
