// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie.Reader {
    /// Goes over the entries of all filters that match a subject.
    ///
    /// Where two matching filters differ first, `>` comes before a literal token, and that before `*`; the entries of
    /// one filter come in the order in which they were inserted.
    ///
    /// - Parameters:
    ///   - subject: Bytes without an empty token. Wildcards in it are literal tokens.
    ///   - visit: Takes an entry, and says whether to go on.
    /// - Complexity: O(nodes that the subject's tokens lead to) steps of bounded length; allocates nothing.
    @inlinable @inline(__always)
    func match(_ subject: Text, _ visit: (UInt32) -> Bool) {
        // Where to go on after the literal branch: each level leaves at most one `*`, with the byte that follows it.
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: SubjectTrie.maximumDepth) { pending in
            var pendingCount = 0
            var node = SubjectTrie.root
            var start = 0
            var path = seed.root
            while true {
                let here = self.node(node)
                guard forEach(here.rest, visit) else { return }
                let token = SubjectTrie.Token(at: start, of: subject, after: path, seed)
                var next = child(of: node, for: token, of: subject)
                start = token.end &+ 1
                path = token.path
                if token.end == subject.count {
                    guard next == 0 || forEach(self.node(next).entries, visit) else { return }
                    guard here.any == 0 || forEach(self.node(here.any).entries, visit) else { return }
                    next = 0
                } else if here.any != 0 {
                    assert(pendingCount < SubjectTrie.maximumDepth)
                    unsafe pending[pendingCount] = UInt64(here.any) &<< 32 | UInt64(truncatingIfNeeded: start)
                    pendingCount &+= 1
                }
                if next == 0 {
                    guard pendingCount > 0 else { return }
                    pendingCount &-= 1
                    let place = unsafe pending[pendingCount]
                    next = UInt32(truncatingIfNeeded: place &>> 32)
                    start = Int(truncatingIfNeeded: place & 0xFFFF_FFFF)
                    path = self.node(next).path
                }
                node = next
            }
        }
    }

    /// Goes over the entries of one filter, in the order in which they were inserted; false when `visit` had enough.
    @inlinable @inline(__always)
    func forEach(_ list: SubjectTrie.EntryList, _ visit: (UInt32) -> Bool) -> Bool {
        guard !list.isEmpty else { return true }
        var entry = list.first
        repeat {
            guard visit(entry) else { return false }
            guard list.hasOthers else { return true }
            entry = unsafe entries[Int(entry)].next
        } while entry != list.first
        return true
    }
}
