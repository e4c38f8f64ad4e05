// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// Enters the edge to a node; false when too many edges meet, whatever the seed.
    mutating func enter(_ node: UInt32) -> Bool {
        if edges.isFull {
            var larger = EdgeTable(slotCount: edges.slots.capacity * 2)
            // Were the old one filled further instead, each insert would try this again, which costs O(nodes).
            guard larger.enterAll(of: edges, within: maximumProbe) else { return reseed() }
            edges = larger
        }
        return edges.enter(edge(to: node), within: maximumProbe) || reseed()
    }

    /// Takes the edge to a node out of the table.
    mutating func erase(_ node: UInt32) { edges.erase(edge(to: node)) }

    private func edge(to node: UInt32) -> EdgeTable.Slot { EdgeTable.Slot(hash: nodes[node].path, node: node) }

    /// Builds the table anew with other hashes until no edge is too far from its place, and leaves it as it is when
    /// that is of no use. After four seeds it is doubled each time: then the hash is not to blame.
    private mutating func reseed() -> Bool {
        var next = seed
        var slotCount = edges.slots.capacity * (edges.isFull ? 2 : 1)
        for attempt in 1...8 {
            reseeds += 1
            next = next.next
            // 2^31 places are enough for all the nodes that there may be.
            if attempt > 4, slotCount < 1 << 31 { slotCount *= 2 }
            var table = EdgeTable(slotCount: slotCount)
            hashPaths(next)
            guard enterAll(into: &table) else { continue }
            edges = table
            seed = next
            return true
        }
        hashPaths(seed)
        return false
    }

    /// Enters the edges to all nodes but the root and those of wildcards, which their parents name.
    private func enterAll(into table: inout EdgeTable) -> Bool {
        for node in 1..<UInt32(nodeEnd) where nodes[node].isInUse && nodes[node].length > 0 {
            guard table.enter(edge(to: node), within: maximumProbe) else { return false }
        }
        return true
    }

    /// Gives all nodes their hashes of a seed, parents before children.
    private func hashPaths(_ seed: Seed) {
        var node = links[Self.root].firstChild
        while node != 0 {
            let record = nodes[node]
            nodes[node].path = path(of: record, after: nodes[record.parent].path, seed)
            var next = links[node].firstChild
            while next == 0, node != Self.root {
                next = links[node].next
                if next == 0 { node = nodes[node].parent }
            }
            node = next
        }
    }

    /// The hash of a node's token after others.
    private func path(of record: Node, after path: UInt32, _ seed: Seed) -> UInt32 {
        guard record.length > 0 else { return seed.any(after: path) }
        guard record.isLong else { return seed.path(path, record.token, record.length) }
        return Token(at: 0, of: bytes(of: record), after: path, seed).path
    }

    /// The bytes of a token that is longer than eight.
    func bytes(of record: Node) -> Text {
        unsafe Text(base: bytes.base + Int(record.token >> 32), count: record.length)
    }
}
