// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// The latest events of a run: a ring that overwrites the oldest, and makes text of them only when asked.
@usableFromInline
struct EventLog<Event> {
    @usableFromInline
    struct Entry {
        let step: Int
        let time: Int64
        let from: Int
        let to: Int
        let event: Event
    }

    @usableFromInline let capacity: Int
    @usableFromInline var entries: ContiguousArray<Entry> = []
    @usableFromInline var next = 0

    @usableFromInline
    init(capacity: Int) { self.capacity = capacity }

    @usableFromInline
    mutating func append(_ event: Event, step: Int, time: Int64, from: Int, to: Int) {
        let entry = Entry(step: step, time: time, from: from, to: to, event: event)
        if entries.count < capacity { entries.append(entry) } else { entries[next] = entry }
        next = next + 1 == capacity ? 0 : next + 1
    }

    /// The events, oldest first.
    @usableFromInline
    func lines(names: [String]) -> [String] {
        let start = entries.count < capacity ? 0 : next
        return (entries[start...] + entries[..<start]).map { entry in
            let source = entry.from >= 0 ? " from \(names[entry.from])" : ""
            let time = Instant(nanoseconds: entry.time)
            return "step \(entry.step), \(time): \(names[entry.to])\(source): \(entry.event)"
        }
    }
}

extension EventLog: Sendable where Event: Sendable {}
extension EventLog.Entry: Sendable where Event: Sendable {}
