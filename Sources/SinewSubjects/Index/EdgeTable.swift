// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A hash table of edges, with open addressing and linear probing: from the hash of the tokens that lead to a node to
/// that node.
///
/// It does not know tokens: whoever looks for one compares those of the nodes it names.
@safe
@usableFromInline
struct EdgeTable: ~Copyable {
    /// A place, which is free when it names node 0.
    @usableFromInline
    struct Slot: BitwiseCopyable {
        /// The edge's hash, whose upper bits are the place it belongs to.
        @usableFromInline var hash: UInt32 = 0
        @usableFromInline var node: UInt32 = 0

        @inlinable @inline(__always)
        init(hash: UInt32 = 0, node: UInt32 = 0) {
            self.hash = hash
            self.node = node
        }
    }

    @usableFromInline let slots: Arena<Slot>
    @usableFromInline let shift: UInt32
    @usableFromInline let mask: UInt32
    private(set) var count = 0

    /// An empty table with so many places, a power of two from 2 on.
    init(slotCount: Int) {
        slots = Arena(repeating: Slot(), count: slotCount)
        mask = UInt32(slotCount - 1)
        shift = UInt32(32 - slotCount.trailingZeroBitCount)
    }

    private init(_ slots: consuming Arena<Slot>, count: Int, shift: UInt32, mask: UInt32) {
        self.slots = slots
        self.count = count
        self.shift = shift
        self.mask = mask
    }

    /// A copy with memory of its own.
    func copy() -> EdgeTable {
        EdgeTable(slots.copy(keeping: slots.capacity), count: count, shift: shift, mask: mask)
    }

    /// At most five of eight places are taken, so that few have to be looked at.
    var isFull: Bool { (count + 1) * 8 > slots.capacity * 5 }

    /// Where an edge of that hash belongs. Edges that find their place taken are in one of the following.
    @inlinable @inline(__always)
    func home(_ hash: UInt32) -> UInt32 { hash &>> shift }

    @inlinable @inline(__always)
    func after(_ index: UInt32) -> UInt32 { (index &+ 1) & mask }

    /// Enters an edge at the first free place from where it belongs; false when there is none within so many.
    mutating func enter(_ slot: Slot, within limit: Int) -> Bool {
        var index = home(slot.hash)
        for _ in 0..<limit {
            if slots[index].node == 0 {
                slots[index] = slot
                count += 1
                return true
            }
            index = after(index)
        }
        return false
    }

    /// Enters all edges of another table.
    mutating func enterAll(of other: borrowing EdgeTable, within limit: Int) -> Bool {
        for index in 0..<UInt32(other.slots.capacity) where other.slots[index].node != 0 {
            guard enter(other.slots[index], within: limit) else { return false }
        }
        return true
    }

    /// Takes an edge out that is there, and closes the gap, so that no search ends too early.
    mutating func erase(_ edge: Slot) {
        var hole = home(edge.hash)
        while slots[hole].node != edge.node { hole = after(hole) }
        var index = after(hole)
        while slots[index].node != 0 {
            let slot = slots[index]
            // It may move back unless it would come before the place it belongs to.
            if (index &- home(slot.hash)) & mask >= (index &- hole) & mask {
                slots[hole] = slot
                hole = index
            }
            index = after(index)
        }
        slots[hole] = Slot()
        count -= 1
    }
}
