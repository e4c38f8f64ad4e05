// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A trie, the values of its entries, and the limits of both: what an index is but for sharing.
@safe
@usableFromInline
struct IndexBody<Value>: ~Copyable {
    @usableFromInline var trie: SubjectTrie
    /// At the number of each entry that is in use, its value.
    @usableFromInline var values: UnsafeMutablePointer<Value>
    @usableFromInline var valueCapacity: Int
    @usableFromInline let limits: SubjectIndexLimits

    @inlinable
    init(limits: SubjectIndexLimits, seed: UInt64, maximumProbe: Int) {
        trie = SubjectTrie(seed: seed, maximumProbe: maximumProbe)
        self.limits = limits
        valueCapacity = 0
        unsafe values = UnsafeMutablePointer<Value>.allocate(capacity: 0)
    }

    /// The same entries and values with memory of its own.
    @inlinable
    init(copying other: borrowing IndexBody) {
        trie = SubjectTrie(copying: other.trie)
        limits = other.limits
        valueCapacity = other.valueCapacity
        unsafe values = UnsafeMutablePointer<Value>.allocate(capacity: valueCapacity)
        for entry in 1..<trie.entryEnd where trie.entries[UInt32(entry)].isInUse {
            unsafe (values + entry).initialize(to: other.values[entry])
        }
    }

    @inlinable
    deinit {
        if trie.hasAllEntries {
            // At once, which for plain values is nothing.
            unsafe (values + 1).deinitialize(count: trie.entryEnd - 1)
        } else {
            for entry in 1..<trie.entryEnd where trie.entries[UInt32(entry)].isInUse {
                unsafe (values + entry).deinitialize(count: 1)
            }
        }
        unsafe values.deallocate()
    }
}

extension IndexBody {
    /// Goes over the values of the filters that match a subject, until `visit` has had enough.
    @inlinable @inline(__always)
    func match(_ subject: UnsafeRawBufferPointer, _ visit: (Value) -> Bool) {
        unsafe trie.reader.match(Text(subject)) { entry in unsafe visit(values[Int(entry)]) }
    }

    /// Adds a value; nothing has changed when this throws.
    @inlinable
    mutating func insert(_ value: consuming Value, for filter: SubjectFilter) throws(SubjectError) -> SubjectEntry {
        var stem = SubjectTrie.Stem()
        return try insert(value, for: filter, stem: &stem)
    }

    /// The same with what is known of the way to the filter, as the trie knows it afterwards.
    @inlinable
    mutating func insert(
        _ value: consuming Value,
        for filter: SubjectFilter,
        stem: inout SubjectTrie.Stem
    ) throws(SubjectError) -> SubjectEntry {
        let entry = try trie.insert(filter, limits, stem: &stem)
        if Int(entry) >= valueCapacity { growValues(for: entry) }
        unsafe (values + Int(entry)).initialize(to: value)
        return SubjectEntry(number: entry, generation: trie.generation)
    }

    /// Removes a value, and returns it; nil when the entry means none.
    @inlinable
    mutating func remove(_ entry: SubjectEntry) -> Value? {
        guard contains(entry) else { return nil }
        trie.remove(entry.number)
        return unsafe (values + Int(entry.number)).move()
    }

    /// Whether the entry means a value that is here.
    @inlinable
    func contains(_ entry: SubjectEntry) -> Bool { trie.isCurrent(entry.number, generation: entry.generation) }

    /// Removes everything, and returns what has the values, so that the caller decides when they are released.
    mutating func removeAll() -> IndexStorage<Value> {
        let empty = emptied()
        return IndexStorage(exchange(&self, with: empty))
    }

    /// An empty one that never makes an entry equal to one of this one.
    @inlinable
    func emptied() -> IndexBody {
        var empty = IndexBody(limits: limits, seed: 0, maximumProbe: trie.maximumProbe)
        empty.trie.follow(trie)
        return empty
    }

    /// The handle of an entry that is in use.
    @inlinable
    func handle(_ entry: UInt32) -> SubjectEntry {
        SubjectEntry(number: entry, generation: trie.entries[entry].generation)
    }

    @inlinable
    var statistics: SubjectIndexStatistics {
        var statistics = SubjectIndexStatistics()
        statistics.entries = trie.entryCount
        statistics.nodes = trie.nodeCount
        statistics.allocatedBytes = trie.capacityBytes + valueCapacity * MemoryLayout<Value>.stride
        statistics.reseeds = trie.reseeds
        return statistics
    }

    @inlinable
    mutating func growValues(for entry: UInt32) {
        let capacity = SubjectTrie.capacity(for: Int(entry) + 1, from: valueCapacity)
        let grown = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
        // There is no room only where no number is free: all those before are in use.
        unsafe (grown + 1).moveInitialize(from: values + 1, count: Int(entry) - 1)
        unsafe values.deallocate()
        unsafe values = grown
        valueCapacity = capacity
    }
}
