// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The set of filters behind an index: a trie of tokens in flat arrays, whose values are numbers.
///
/// A node stands for the first tokens of a filter. One hash table has the edges of all nodes, so that a step along a
/// literal token is one look into the table and one at the child. Where an edge is in the table follows from the hash
/// of all tokens that lead along it, and not from what was found before: so the processor looks for a subject's tokens
/// at the same time, and does not wait for one to find the next. Nothing in here is reference-counted, and matching
/// allocates nothing.
///
/// How long a step takes is bounded: no edge is more than ``maximumProbe`` places from where its hash says. An insert
/// that would break this builds the table anew with the next seed. Results and their order do not depend on the seed.
@safe
@usableFromInline
struct SubjectTrie: ~Copyable {
    /// How many places of the hash table a step may look at. With a good hash, millions of edges need 200 at most.
    @usableFromInline static var maximumProbe: Int { 512 }
    /// The most tokens a filter may have: what matching has to remember of them fits a kilobyte of stack.
    @usableFromInline static var maximumDepth: Int { 128 }
    @usableFromInline static var root: UInt32 { 0 }
    /// The numbers of nodes and entries stay below this, so that their highest bit can mean something else.
    private static var numberLimit: Int { 1 << 30 }

    /// The node 0 is the root.
    @usableFromInline var nodes: Arena<Node>
    var links: Arena<Links>
    /// One more than the highest number of a node so far, and the first number that was freed, or 0.
    var nodeEnd = 1
    var freeNode: UInt32 = 0
    var freeNodeCount = 0

    @usableFromInline var edges: EdgeTable
    @usableFromInline let maximumProbe: Int

    /// The entry 0 is none.
    @usableFromInline var entries: Arena<Entry>
    @usableFromInline var entryEnd = 1
    var freeEntry: UInt32 = 0
    @usableFromInline var entryCount = 0
    /// Whether all numbers of entries so far are in use.
    @usableFromInline var hasAllEntries: Bool { entryCount == entryEnd - 1 }
    /// The generation of the newest entry.
    @usableFromInline var generation: UInt32 = 0

    /// The tokens of more than eight bytes, and how many bytes of them belong to no node any more.
    @usableFromInline var bytes: Arena<UInt8>
    var bytesEnd = 0
    var bytesUnused = 0

    @usableFromInline var seed: Seed
    /// How often the table was to be built anew because too many edges met.
    @usableFromInline var reseeds = 0

    /// An empty one.
    @usableFromInline
    init(seed: UInt64, maximumProbe: Int = Self.maximumProbe) {
        nodes = Arena(capacity: 16)
        links = Arena(capacity: 16)
        edges = EdgeTable(slotCount: 32)
        entries = Arena(capacity: 16)
        bytes = Arena(capacity: 16)
        self.seed = Seed(seed)
        self.maximumProbe = maximumProbe
        nodes[Self.root] = .unused
        links[Self.root] = Links()
    }

    /// The same set with memory of its own.
    @usableFromInline
    init(copying other: borrowing SubjectTrie) {
        nodes = other.nodes.copy(keeping: other.nodeEnd)
        links = other.links.copy(keeping: other.nodeEnd)
        (nodeEnd, freeNode, freeNodeCount) = (other.nodeEnd, other.freeNode, other.freeNodeCount)
        edges = other.edges.copy()
        maximumProbe = other.maximumProbe
        entries = other.entries.copy(keeping: other.entryEnd)
        (entryEnd, freeEntry, entryCount) = (other.entryEnd, other.freeEntry, other.entryCount)
        generation = other.generation
        bytes = other.bytes.copy(keeping: other.bytesEnd)
        (bytesEnd, bytesUnused) = (other.bytesEnd, other.bytesUnused)
        (seed, reseeds) = (other.seed, other.reseeds)
    }

    /// Goes on where another trie is: makes no entry that is equal to one of that, and has its seed and figures.
    @usableFromInline
    mutating func follow(_ other: borrowing SubjectTrie) {
        generation = other.generation
        seed = other.seed
        reseeds = other.reseeds
    }

    /// How many nodes there are.
    @usableFromInline var nodeCount: Int { nodeEnd - freeNodeCount }

    /// Whether there is no number left for another filter's nodes and entry, or no place for its bytes.
    func isExhausted(by bytes: Int) -> Bool {
        nodeEnd > Self.numberLimit - Self.maximumDepth || entryEnd >= Self.numberLimit
            || bytesEnd > Int(UInt32.max) - bytes
    }

    /// Room for so many and some more: 16, 24, 32, 48, 64, 96, …
    @usableFromInline
    static func capacity(for needed: Int, from capacity: Int) -> Int {
        Arena<UInt8>.capacity(for: needed, from: capacity)
    }

    /// What its arrays have allocated.
    @usableFromInline var capacityBytes: Int {
        nodes.capacity * MemoryLayout<Node>.stride + links.capacity * MemoryLayout<Links>.stride
            + edges.slots.capacity * MemoryLayout<EdgeTable.Slot>.stride
            + entries.capacity * MemoryLayout<Entry>.stride + bytes.capacity
    }
}
