// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Deadlines {
    /// Takes one entry out of the heap and frees its slot; its key is the caller's.
    @inlinable
    mutating func remove(at place: Int) -> Entry {
        let removed = heap[place]
        freeSlots.append(removed.slot)
        let last = heap.removeLast()
        if place < heap.count {
            put(last, at: place)
            // The last entry may belong above or below the place, as the two may lie on different branches.
            siftDown(place)
            siftUp(place)
        }
        return removed
    }

    @inlinable
    mutating func put(_ entry: Entry, at place: Int) {
        heap[place] = entry
        places[entry.slot] = place
    }

    @inlinable
    mutating func siftUp(_ start: Int) {
        let entry = heap[start]
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard entry.precedes(heap[parent]) else { break }
            put(heap[parent], at: place)
            place = parent
        }
        if place != start { put(entry, at: place) }
    }

    @inlinable
    mutating func siftDown(_ start: Int) {
        let entry = heap[start]
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(entry) else { break }
            put(heap[child], at: place)
            place = child
        }
        if place != start { put(entry, at: place) }
    }
}
