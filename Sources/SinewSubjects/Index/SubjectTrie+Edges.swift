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
        let slot = EdgeTable.Slot(hash: edgeHash(of: node, seed), node: node)
        return edges.enter(slot, within: maximumProbe) || reseed()
    }

    /// Takes the edge to a node out of the table.
    mutating func erase(_ node: UInt32) { edges.erase(EdgeTable.Slot(hash: edgeHash(of: node, seed), node: node)) }

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
            guard enterAll(into: &table, next) else { continue }
            edges = table
            seed = next
            return true
        }
        return false
    }

    /// Enters the edges to all nodes but the root and those of wildcards, which their parents name.
    private func enterAll(into table: inout EdgeTable, _ seed: Seed) -> Bool {
        for node in 1..<UInt32(nodeEnd) {
            let record = nodes[node]
            guard record.isInUse, record.length > 0 else { continue }
            let slot = EdgeTable.Slot(hash: edgeHash(of: node, seed), node: node)
            guard table.enter(slot, within: maximumProbe) else { return false }
        }
        return true
    }

    /// The hash of the edge that leads to a node.
    func edgeHash(of node: UInt32, _ seed: Seed) -> UInt32 {
        let record = nodes[node]
        let hash =
            record.isLong
            ? unsafe Token(at: 0, of: bytes(of: record), seed).hash : seed.hash(record.token, record.length)
        return Self.edgeHash(hash, record.parent)
    }

    /// The bytes of a token that is longer than eight.
    func bytes(of record: Node) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: bytes.base + Int(record.token >> 32), count: record.length)
    }
}
