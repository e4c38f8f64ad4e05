// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import HeapModule

/// Deadlines in order, any of which can be withdrawn. Pure.
///
/// A withdrawn deadline stays in the heap until it is swept, which happens once those outnumber the others, so the
/// heap is never much larger than the number of calls that wait.
struct DeadlineQueue<Token: Hashable & Sendable> {
    private struct Entry: Comparable {
        let time: ContinuousClock.Instant
        let serial: UInt64
        let token: Token

        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.serial) < (right.time, right.serial)
        }

        static func == (left: Entry, right: Entry) -> Bool { left.serial == right.serial }
    }

    private var heap = Heap<Entry>()
    private var live: [Token: UInt64] = [:]
    private var nextSerial: UInt64 = 0

    /// How many deadlines are waited for.
    var count: Int { live.count }

    /// The earliest deadline; possibly that of a withdrawn one, which only costs an early look.
    var next: ContinuousClock.Instant? { heap.min?.time }

    /// Waits for a deadline; a token has one deadline at most, the newest.
    mutating func insert(_ token: Token, at time: ContinuousClock.Instant) {
        live[token] = nextSerial
        heap.insert(Entry(time: time, serial: nextSerial, token: token))
        nextSerial += 1
        sweep()
    }

    mutating func remove(_ token: Token) {
        live[token] = nil
        sweep()
    }

    /// Takes out everything due at `now`, earliest first.
    mutating func popDue(at now: ContinuousClock.Instant) -> [Token] {
        var due: [Token] = []
        while let first = heap.min, first.time <= now {
            heap.removeMin()
            guard live[first.token] == first.serial else { continue }
            live[first.token] = nil
            due.append(first.token)
        }
        return due
    }

    private mutating func sweep() {
        guard heap.count > 2 * live.count + 64 else { return }
        heap = Heap(heap.unordered.filter { live[$0.token] == $0.serial })
    }
}
