// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// Makes the child of a node for a token that it has none for. When that is refused, the nodes above that were made
    /// for the same filter go, too.
    mutating func makeChild(
        of parent: UInt32,
        for token: Token,
        of filter: Text
    ) throws(Refusal) -> UInt32 {
        let node = makeNode()
        nodes[node] = Node(token: token.word, length: token.isAny ? 0 : token.length, parent: parent)
        nodes[node].path = token.isAny ? seed.any(after: nodes[parent].path) : token.path
        if token.isLong { store(token, of: filter, in: node) }
        let next = links[parent].firstChild
        links[node] = Links(next: next)
        links[parent].firstChild = node
        if next != 0 { links[next].previous = node }
        if token.isAny {
            nodes[parent].any = node
        } else if !enter(node) {
            free(node)
            prune(from: parent)
            throw .crowded
        }
        return node
    }

    /// Removes a node that leads to no filter, and those above that then lead to none.
    mutating func prune(from node: UInt32) {
        var node = node
        while node != Self.root {
            let record = nodes[node]
            guard record.rest.isEmpty, record.entries.isEmpty, links[node].firstChild == 0 else { return }
            if record.length == 0 { nodes[record.parent].any = 0 } else { erase(node) }
            free(node)
            node = record.parent
        }
    }

    private mutating func makeNode() -> UInt32 {
        guard freeNode == 0 else {
            let node = freeNode
            freeNode = links[node].firstChild
            freeNodeCount -= 1
            return node
        }
        nodes.reserve(nodeEnd + 1, keeping: nodeEnd)
        links.reserve(nodeEnd + 1, keeping: nodeEnd)
        nodeEnd += 1
        return UInt32(nodeEnd - 1)
    }

    /// Takes a node from among its parent's children, and keeps its number for another.
    private mutating func free(_ node: UInt32) {
        let record = nodes[node]
        let (next, previous) = (links[node].next, links[node].previous)
        if next != 0 { links[next].previous = previous }
        if previous != 0 { links[previous].next = next } else { links[record.parent].firstChild = next }
        if record.isLong { bytesUnused += record.length }
        nodes[node] = .unused
        links[node].firstChild = freeNode
        freeNode = node
        freeNodeCount += 1
    }

    /// Stores the bytes of a token of more than eight.
    private mutating func store(_ token: Token, of filter: Text, in node: UInt32) {
        if bytesEnd + token.length > bytes.capacity {
            // Not before there is as much to gain as this costs, so that it is O(1) for each byte that was freed.
            if bytesUnused > max(bytesEnd / 2, nodeEnd * 8) { compactBytes(without: node) }
            bytes.reserve(bytesEnd + token.length, keeping: bytesEnd)
        }
        unsafe UnsafeMutableRawPointer(bytes.base + bytesEnd).copyMemory(
            from: filter.base + token.start,
            byteCount: token.length
        )
        nodes[node].token = token.word & 0xFFFF_FFFF | UInt64(bytesEnd) << 32
        bytesEnd += token.length
    }

    /// Copies the bytes that belong to nodes into memory of their own.
    private mutating func compactBytes(without new: UInt32) {
        let compact = Arena<UInt8>(capacity: bytes.capacity)
        var end = 0
        for node in 1..<UInt32(nodeEnd) where nodes[node].isInUse && nodes[node].isLong && node != new {
            let source = bytes(of: nodes[node])
            unsafe UnsafeMutableRawPointer(compact.base + end).copyMemory(
                from: source.base,
                byteCount: source.count
            )
            nodes[node].token = nodes[node].token & 0xFFFF_FFFF | UInt64(end) << 32
            end += source.count
        }
        bytes = compact
        bytesEnd = end
        bytesUnused = 0
    }
}
