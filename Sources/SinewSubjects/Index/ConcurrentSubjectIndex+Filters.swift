// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// Questions about entries. Another thread may make an answer wrong as soon as it is given.
extension ConcurrentSubjectIndex {
    /// Whether an entry is still there.
    ///
    /// - Parameter entry: What an insert returned.
    /// - Returns: False once it was removed.
    @inlinable
    public func contains(_ entry: SubjectEntry) -> Bool { read { body in body.contains(entry) } }

    /// The value of an entry, or nil once it was removed.
    ///
    /// - Parameter entry: What an insert returned.
    @inlinable
    public subscript(entry: SubjectEntry) -> Value? {
        read { body in body.contains(entry) ? unsafe body.values[Int(entry.number)] : nil }
    }

    /// The filter of an entry, or nil once it was removed.
    ///
    /// - Parameter entry: What an insert returned.
    /// - Returns: The filter it was inserted for.
    /// - Complexity: O(bytes).
    public func filter(of entry: SubjectEntry) -> SubjectFilter? {
        read { body in body.contains(entry) ? body.trie.filter(of: entry.number) : nil }
    }

    /// All entries, as they were at one moment.
    ///
    /// - Complexity: O(nodes). Writers wait for all of that time.
    public var entries: [SubjectEntry] {
        read { body in
            var entries: [SubjectEntry] = []
            entries.reserveCapacity(body.trie.entryCount)
            _ = body.trie.forEachEntry(below: SubjectTrie.root) { entry in
                entries.append(body.handle(entry))
                return true
            }
            return entries
        }
    }
}
