// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What comes to a simulated node later by itself, in order of time, and of one time in order of entry.
struct BusAgenda: Sendable {
    enum Item: Sendable {
        /// A frame that waited in its lane.
        case arrival(BusParcel, from: Int)
        /// A link's connections stand.
        case opened(UInt32)
        /// They do not.
        case closed(UInt32)
        /// A batch is due.
        case flush(Int)
        /// The messages of so many bytes have found their place.
        case consumed(Int, of: BusParcel)
    }

    private struct Entry: Sendable {
        let time: Int64
        let item: Item
    }

    /// The next one is the last.
    private var entries: ContiguousArray<Entry> = []

    var nextTime: Int64 { entries.last?.time ?? .max }

    mutating func insert(_ item: Item, at time: Int64) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time > time { low = middle + 1 } else { high = middle }
        }
        while low < entries.count, entries[low].time > time { low += 1 }
        // Before those of the same time, which are therefore taken first.
        entries.insert(Entry(time: time, item: item), at: low)
    }

    mutating func popDue(at now: Int64) -> Item? {
        guard nextTime <= now else { return nil }
        return entries.removeLast().item
    }
}
