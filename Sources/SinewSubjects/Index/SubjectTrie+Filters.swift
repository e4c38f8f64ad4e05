// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// Questions about filters instead of subjects. They recurse, at most as deep as the filter has tokens, which are
// ``maximumDepth`` at most.
extension SubjectTrie {
    /// Goes over the entries of the filters that a filter includes: those that match nothing that it does not match.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - visit: Takes an entry, and says whether to go on.
    /// - Complexity: O(nodes that begin as the filter does).
    func forEachIncluded(in filter: SubjectFilter, _ visit: (UInt32) -> Bool) {
        unsafe filter.bytes.withUnsafeBytes { bytes in
            _ = unsafe forEachIncluded(in: Text(bytes), from: 0, below: Self.root, visit)
        }
    }

    /// Goes over the entries of the filters that intersect a filter: those that match a subject that it matches, too.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - visit: Takes an entry, and says whether to go on.
    /// - Complexity: O(nodes that begin as the filter does or with wildcards in place of its tokens).
    func forEachIntersecting(_ filter: SubjectFilter, _ visit: (UInt32) -> Bool) {
        unsafe filter.bytes.withUnsafeBytes { bytes in
            _ = unsafe forEachIntersecting(Text(bytes), from: 0, below: Self.root, visit)
        }
    }

    /// Goes over the entries of one filter, in the order in which they were inserted.
    func forEachEntry(of filter: SubjectFilter, _ visit: (UInt32) -> Bool) {
        unsafe filter.bytes.withUnsafeBytes { bytes in _ = unsafe reader.forEach(list(of: Text(bytes)), visit) }
    }

    /// The entries of one filter.
    private func list(of filter: Text) -> EntryList {
        var node = Self.root
        var start = 0
        while true {
            let token = Token(at: start, of: filter, after: nodes[node].path, seed)
            let isLast = token.end == filter.count
            if isLast, token.isRest { return nodes[node].rest }
            node = token.isAny ? nodes[node].any : reader.child(of: node, for: token, of: filter)
            guard node != 0 else { return EntryList() }
            guard !isLast else { return nodes[node].entries }
            start = token.end + 1
        }
    }

    /// Goes over all entries of filters that are longer than the one that ends at a node.
    func forEachEntry(below top: UInt32, _ visit: (UInt32) -> Bool) -> Bool {
        guard reader.forEach(nodes[top].rest, visit) else { return false }
        var node = links[top].firstChild
        guard node != 0 else { return true }
        while true {
            guard reader.forEach(nodes[node].entries, visit), reader.forEach(nodes[node].rest, visit) else {
                return false
            }
            if links[node].firstChild != 0 {
                node = links[node].firstChild
                continue
            }
            while links[node].next == 0 {
                node = nodes[node].parent
                if node == top { return true }
            }
            node = links[node].next
        }
    }

    /// The filter that an entry belongs to.
    func filter(of entry: UInt32) -> SubjectFilter {
        var tokens: [[UInt8]] = entries[entry].isRest ? [[0x3E]] : []
        var isLiteral = tokens.isEmpty
        var node = entries[entry].node
        while node != Self.root {
            let record = nodes[node]
            tokens.append(token(of: record))
            if record.length == 0 { isLiteral = false }
            node = record.parent
        }
        return SubjectFilter(unchecked: Array(tokens.reversed().joined(separator: [0x2E])), isLiteral: isLiteral)
    }

    private func token(of node: Node) -> [UInt8] {
        guard node.length > 0 else { return [0x2A] }
        guard !node.isLong else {
            let bytes = bytes(of: node)
            return (0..<bytes.count).map { bytes[$0] }
        }
        return (0..<node.length).map { UInt8(truncatingIfNeeded: node.token >> UInt64($0 * 8)) }
    }
}

extension SubjectTrie {
    private func forEachIncluded(
        in filter: Text,
        from start: Int,
        below node: UInt32,
        _ visit: (UInt32) -> Bool
    ) -> Bool {
        let token = Token(at: start, of: filter, after: nodes[node].path, seed)
        let isLast = token.end == filter.count
        if isLast, token.isRest { return forEachEntry(below: node, visit) }
        func goOn(_ child: UInt32) -> Bool {
            isLast
                ? reader.forEach(nodes[child].entries, visit)
                : forEachIncluded(in: filter, from: token.end + 1, below: child, visit)
        }
        guard token.isAny else {
            let child = reader.child(of: node, for: token, of: filter)
            return child == 0 || goOn(child)
        }
        return forEachChild(of: node, goOn)
    }

    private func forEachIntersecting(
        _ filter: Text,
        from start: Int,
        below node: UInt32,
        _ visit: (UInt32) -> Bool
    ) -> Bool {
        let token = Token(at: start, of: filter, after: nodes[node].path, seed)
        let isLast = token.end == filter.count
        if isLast, token.isRest { return forEachEntry(below: node, visit) }
        guard reader.forEach(nodes[node].rest, visit) else { return false }
        func goOn(_ child: UInt32) -> Bool {
            isLast
                ? reader.forEach(nodes[child].entries, visit)
                : forEachIntersecting(filter, from: token.end + 1, below: child, visit)
        }
        guard token.isAny else {
            let (child, any) = (reader.child(of: node, for: token, of: filter), nodes[node].any)
            return (child == 0 || goOn(child)) && (any == 0 || goOn(any))
        }
        return forEachChild(of: node, goOn)
    }

    private func forEachChild(of node: UInt32, _ body: (UInt32) -> Bool) -> Bool {
        var child = links[node].firstChild
        while child != 0 {
            guard body(child) else { return false }
            child = links[child].next
        }
        return true
    }
}
