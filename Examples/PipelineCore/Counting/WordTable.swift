// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Words and how often each was seen: a hash table over one array of bytes, in the order of first appearance.
///
/// A lookup allocates nothing. The table never holds more than ``limit`` different words: occurrences of further words
/// are summed in ``unlistedOccurrences``.
package struct WordTable: Sendable {
    /// A word and how often it was seen.
    package struct Entry: Sendable, Hashable {
        /// The word's bytes.
        package var word: ArraySlice<UInt8>
        /// How often it was seen.
        package var count: Int

        /// Creates an entry.
        package init(word: ArraySlice<UInt8>, count: Int) {
            self.word = word
            self.count = count
        }
    }

    private struct Slot {
        var start: Int
        var hash: UInt32
        var byteCount: UInt32
        var count: Int
    }

    /// The largest number of different words that the table holds.
    package let limit: Int
    /// How often words were seen that found no place in the table.
    package private(set) var unlistedOccurrences = 0

    private var text: [UInt8] = []
    private var slots: [Slot] = []
    private var index: [Int32] = []
    private let seed: UInt32

    /// Creates an empty table.
    ///
    /// - Parameters:
    ///   - limit: The largest number of different words, at most 2³⁰.
    ///   - seed: Where the hash begins. It differs from table to table, so that nobody can choose words that collide.
    package init(limit: Int = .max, seed: UInt32 = .random(in: .min ... .max)) {
        self.limit = min(limit, 1 << 30)
        self.seed = seed
    }

    /// The number of different words in the table.
    package var count: Int { slots.count }

    /// Whether nothing was ever added.
    package var isEmpty: Bool { slots.isEmpty && unlistedOccurrences == 0 }

    /// The bytes that the words take, without what the table itself takes.
    package var textBytes: Int { text.count }

    /// The words in the order of their first appearance.
    package var entries: some Sequence<Entry> {
        slots.lazy.map { [text] in Entry(word: text[$0.start..<$0.start + Int($0.byteCount)], count: $0.count) }
    }

    /// How often a word was seen.
    package func occurrences(of word: ArraySlice<UInt8>) -> Int {
        guard !index.isEmpty else { return 0 }
        let position = position(of: word, hash: hash(of: word))
        return index[position] < 0 ? 0 : slots[Int(index[position])].count
    }

    /// Adds occurrences of a word. Sums that do not fit wrap around.
    ///
    /// - Complexity: O(the word's length), amortised
    package mutating func add(_ word: ArraySlice<UInt8>, count: Int) {
        if (slots.count + 1) * 2 > index.count { grow() }
        let hash = hash(of: word)
        let position = position(of: word, hash: hash)
        if index[position] >= 0 {
            slots[Int(index[position])].count &+= count
        } else if slots.count < limit {
            index[position] = Int32(slots.count)
            slots.append(Slot(start: text.count, hash: hash, byteCount: UInt32(word.count), count: count))
            text.append(contentsOf: word)
        } else {
            unlistedOccurrences &+= count
        }
    }

    /// Adds everything another table holds.
    package mutating func merge(_ other: WordTable) {
        for entry in other.entries { add(entry.word, count: entry.count) }
        unlistedOccurrences &+= other.unlistedOccurrences
    }

    /// The most frequent words, the most frequent first, equally frequent ones in the order of their bytes.
    ///
    /// - Complexity: O(n log n) for n different words
    package func top(_ wanted: Int) -> [Entry] {
        guard wanted > 0 else { return [] }
        let sorted = entries.sorted { left, right in
            left.count != right.count ? left.count > right.count : left.word.lexicographicallyPrecedes(right.word)
        }
        return Array(sorted.prefix(wanted))
    }

    /// FNV-1a with a seed, and a last mix, because the table looks at the low bits.
    private func hash(of word: ArraySlice<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5 ^ seed
        for byte in word { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        hash ^= hash >> 16
        hash = hash &* 0x85EB_CA6B
        return hash ^ (hash >> 13)
    }

    /// Where in the index the word is, or the free place where it belongs.
    private func position(of word: ArraySlice<UInt8>, hash: UInt32) -> Int {
        let mask = index.count - 1
        var position = Int(hash) & mask
        while index[position] >= 0 {
            let slot = slots[Int(index[position])]
            if slot.hash == hash, Int(slot.byteCount) == word.count, text(at: slot.start, equals: word) {
                return position
            }
            position = (position + 1) & mask
        }
        return position
    }

    private func text(at start: Int, equals word: ArraySlice<UInt8>) -> Bool {
        var place = start
        for byte in word {
            if text[place] != byte { return false }
            place += 1
        }
        return true
    }

    private mutating func grow() {
        index = Array(repeating: -1, count: max(64, index.count * 2))
        let mask = index.count - 1
        for (number, slot) in slots.enumerated() {
            var position = Int(slot.hash) & mask
            while index[position] >= 0 { position = (position + 1) & mask }
            index[position] = Int32(number)
        }
    }
}
