// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A trie, the values of its entries, and the limits of both: what an index is but for sharing.
@safe
@usableFromInline
struct IndexBody<Value>: ~Copyable {
    @usableFromInline private(set) var trie: SubjectTrie
    /// At the number of each entry that is in use, its value.
    @usableFromInline private(set) var values: UnsafeMutablePointer<Value>
    private var valueCapacity: Int
    @usableFromInline let limits: SubjectIndexLimits

    init(limits: SubjectIndexLimits, seed: UInt64, maximumProbe: Int) {
        trie = SubjectTrie(seed: seed, maximumProbe: maximumProbe)
        self.limits = limits
        valueCapacity = 0
        unsafe values = UnsafeMutablePointer<Value>.allocate(capacity: 0)
    }

    /// The same entries and values with memory of its own.
    init(copying other: borrowing IndexBody) {
        trie = SubjectTrie(copying: other.trie)
        limits = other.limits
        valueCapacity = other.valueCapacity
        unsafe values = UnsafeMutablePointer<Value>.allocate(capacity: valueCapacity)
        for entry in 1..<trie.entryEnd where trie.entries[UInt32(entry)].isInUse {
            unsafe (values + entry).initialize(to: other.values[entry])
        }
    }

    deinit {
        for entry in 1..<trie.entryEnd where trie.entries[UInt32(entry)].isInUse {
            unsafe (values + entry).deinitialize(count: 1)
        }
        unsafe values.deallocate()
    }
}

extension IndexBody {
    /// Goes over the values of the filters that match a subject, until `visit` has had enough.
    @inlinable @inline(__always)
    func match(_ subject: UnsafeRawBufferPointer, _ visit: (Value) -> Bool) {
        unsafe trie.match(subject) { entry in unsafe visit(values[Int(entry)]) }
    }

    /// Adds a value; nothing has changed when this throws.
    mutating func insert(_ value: consuming Value, for filter: SubjectFilter) throws(SubjectError) -> SubjectEntry {
        try check(filter)
        let entry: UInt32
        do {
            entry = try trie.insert(filter)
        } catch {
            throw failure(error, filter)
        }
        if Int(entry) >= valueCapacity { growValues(for: entry) }
        unsafe (values + Int(entry)).initialize(to: value)
        return SubjectEntry(number: entry, generation: trie.generation)
    }

    /// Removes a value, and returns it; nil when the entry means none.
    mutating func remove(_ entry: SubjectEntry) -> Value? {
        guard contains(entry) else { return nil }
        trie.remove(entry.number)
        return unsafe (values + Int(entry.number)).move()
    }

    /// Whether the entry means a value that is here.
    func contains(_ entry: SubjectEntry) -> Bool { trie.isCurrent(entry.number, generation: entry.generation) }

    /// An empty one that never makes an entry equal to one of this one.
    func emptied() -> IndexBody {
        var empty = IndexBody(limits: limits, seed: 0, maximumProbe: trie.maximumProbe)
        empty.trie.follow(trie)
        return empty
    }

    /// The handle of an entry that is in use.
    func handle(_ entry: UInt32) -> SubjectEntry {
        SubjectEntry(number: entry, generation: trie.entries[entry].generation)
    }

    var statistics: SubjectIndexStatistics {
        var statistics = SubjectIndexStatistics()
        statistics.entries = trie.entryCount
        statistics.nodes = trie.nodeCount
        statistics.allocatedBytes = trie.capacityBytes + valueCapacity * MemoryLayout<Value>.stride
        statistics.reseeds = trie.reseeds
        return statistics
    }

    private mutating func growValues(for entry: UInt32) {
        let capacity = Arena<UInt8>.capacity(for: Int(entry) + 1, from: valueCapacity)
        let grown = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
        for other in 1..<Int(entry) where trie.entries[UInt32(other)].isInUse {
            unsafe (grown + other).moveInitialize(from: values + other, count: 1)
        }
        unsafe values.deallocate()
        unsafe values = grown
        valueCapacity = capacity
    }

    private func check(_ filter: SubjectFilter) throws(SubjectError) {
        guard trie.entryCount < limits.maximumEntries else {
            let advice = "it has \(limits.maximumEntries) entries; remove some, or raise 'maximumEntries'"
            throw SubjectError(.tooManyEntries, subject: filter.bytes, advice: advice)
        }
        guard filter.bytes.count <= limits.maximumBytes else {
            let advice = "it has \(filter.bytes.count) bytes and the index takes \(limits.maximumBytes)"
            throw SubjectError(.tooLong, subject: filter.bytes, position: limits.maximumBytes, advice: advice)
        }
        // A token and its dot are two bytes at least.
        guard filter.bytes.count >= limits.maximumTokens * 2 else { return }
        let tokens = filter.tokenCount
        guard tokens <= limits.maximumTokens else {
            let advice = "it has \(tokens) tokens and the index takes \(limits.maximumTokens)"
            throw SubjectError(.tooManyTokens, subject: filter.bytes, token: limits.maximumTokens + 1, advice: advice)
        }
    }

    private func failure(_ refusal: SubjectTrie.Refusal, _ filter: SubjectFilter) -> SubjectError {
        switch refusal {
        case .full:
            SubjectError(.tooManyEntries, subject: filter.bytes, advice: "all its numbers are in use; remove entries")
        case .crowded:
            SubjectError(.crowded, subject: filter.bytes, advice: "make the index with a seed that nobody can guess")
        }
    }
}
