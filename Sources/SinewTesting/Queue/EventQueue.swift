// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is still to happen, in order of instant and, at one instant, of entry; what is put back comes before that.
///
/// The heap holds 16-byte keys, instant over sequence over slot; what is to happen lies in slots that are used again.
/// Order is total, so two runs never differ. (A 4-ary heap: LaMarca, Ladner: The influence of caches on heaps, 1996.)
@usableFromInline
struct EventQueue<Event> {
    /// One thing that is to happen.
    @usableFromInline
    struct Slot {
        @usableFromInline var event: Event?
        @usableFromInline var kind: SlotKind
        @usableFromInline var from: Int32
        @usableFromInline var to: Int32
        /// Which connection, process or episode it belongs to.
        @usableFromInline var number: UInt32

        @inlinable
        init(_ kind: SlotKind, event: Event? = nil, from: Int = -1, to: Int = -1, number: UInt32 = 0) {
            self.event = event
            self.kind = kind
            self.from = Int32(truncatingIfNeeded: from)
            self.to = Int32(truncatingIfNeeded: to)
            self.number = number
        }
    }

    /// 24 bits of a key name the slot.
    @usableFromInline static var maximumCount: Int { 1 << 24 }

    @usableFromInline var heap: ContiguousArray<UInt128> = []
    @usableFromInline var slots: ContiguousArray<Slot> = []
    @usableFromInline var free: ContiguousArray<UInt32> = []
    /// 40 bits of a key: those in the upper half count up, and those in the lower half down.
    @usableFromInline var sequence: UInt64 = 1 << 39
    @usableFromInline var earlySequence: UInt64 = 1 << 39

    @inlinable
    init() {}

    /// How many slots are taken, by what is in the heap or has been taken out of it and set aside.
    @inlinable
    var count: Int { slots.count - free.count }

    /// When the next thing happens, in nanoseconds; the largest number when nothing is to happen.
    @inlinable
    var nextTime: Int64 {
        heap.isEmpty ? .max : Int64(truncatingIfNeeded: UInt64(truncatingIfNeeded: heap[0] >> 64))
    }

    @inlinable
    mutating func insert(_ slot: consuming Slot, at time: Int64) {
        let index: UInt32
        if let unused = free.popLast() {
            index = unused
            slots[Int(index)] = slot
        } else {
            index = UInt32(truncatingIfNeeded: slots.count)
            slots.append(slot)
        }
        sequence &+= 1
        push(index, sequence, at: time)
    }

    /// Puts a slot that was taken out with ``popIndex()`` back into the order, before all that is there at that
    /// instant: it was to happen earlier.
    @inlinable
    mutating func putBack(_ index: UInt32, at time: Int64) {
        earlySequence &-= 1
        push(index, earlySequence, at: time)
    }

    @inlinable
    mutating func push(_ index: UInt32, _ sequence: UInt64, at time: Int64) {
        let low = sequence << 24 | UInt64(index)
        heap.append(UInt128(UInt64(bitPattern: max(time, 0))) << 64 | UInt128(low))
        siftUp(heap.count - 1)
    }

    /// Takes the next entry out of the order; its slot stays taken. There must be one.
    @inlinable
    mutating func popIndex() -> UInt32 {
        let first = heap[0]
        let last = heap.removeLast()
        if !heap.isEmpty { siftDown(last) }
        return UInt32(truncatingIfNeeded: first) & 0xFF_FFFF
    }

    /// Gives a slot back and returns its event.
    @inlinable
    mutating func release(_ index: UInt32) -> Event? {
        free.append(index)
        return slots[Int(index)].event.take()
    }

    @inlinable
    mutating func siftUp(_ start: Int) {
        var index = start
        let key = heap[index]
        while index > 0 {
            let parent = (index - 1) >> 2
            let other = heap[parent]
            if other < key { break }
            heap[index] = other
            index = parent
        }
        heap[index] = key
    }

    @inlinable
    mutating func siftDown(_ key: UInt128) {
        let count = heap.count
        var index = 0
        while true {
            let first = (index << 2) + 1
            if first >= count { break }
            var best = first
            var bestKey = heap[first]
            let end = min(first + 4, count)
            var child = first + 1
            while child < end {
                let other = heap[child]
                if other < bestKey {
                    best = child
                    bestKey = other
                }
                child += 1
            }
            if key < bestKey { break }
            heap[index] = bestKey
            index = best
        }
        heap[index] = key
    }
}

/// What an entry of the queue is.
@usableFromInline
enum SlotKind: UInt8, Sendable {
    /// A message over the network.
    case message
    /// A message that has arrived at a node that stood still.
    case arrived
    /// An event from a machine's own surroundings, which its end forestalls.
    case local
    /// The workload is asked.
    case input
    /// An episode of faults begins or ends; `from` is the kind's position, `number` which one it is.
    case faultBegins, faultEnds
    /// A node that ended starts again.
    case restart

    @inlinable var isForMachine: Bool { rawValue <= SlotKind.local.rawValue }
}

extension EventQueue: Sendable where Event: Sendable {}
extension EventQueue.Slot: Sendable where Event: Sendable {}
