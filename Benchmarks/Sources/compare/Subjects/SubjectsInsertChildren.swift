// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import CSubjects
import Harness
import SinewSubjects

/// Builds so many indices one after the other, and keeps the last: its time for each filter, and its memory.
private func measured(_ filters: [SubjectFilter], _ rounds: Int, _ build: (inout Double) -> Void) -> Sample {
    var memory = 0.0
    let resident = cb_resident()
    let begin = cb_cpu()
    for _ in 0..<rounds { build(&memory) }
    let cpu = cb_cpu() - begin
    let growth = Double(cb_resident()) - Double(resident)
    let filters = Double(filters.count)
    return Sample([
        "insert": cpu / filters / Double(rounds) * 1e9, "memory": memory / filters, "resident": growth / filters,
    ])
}

/// A filter as a subscription has it that cannot be copied; see `Held` for subjects.
private struct Held: ~Copyable {
    let filter: SubjectFilter

    @inline(__always)
    borrowing func borrow(_ body: (borrowing SubjectFilter) -> Void) { body(filter) }

    /// The memory is not given back.
    static func all(_ filters: [SubjectFilter]) -> UnsafeMutablePointer<Held> {
        let held = UnsafeMutablePointer<Held>.allocate(capacity: filters.count)
        for (number, filter) in filters.enumerated() { unsafe (held + number).initialize(to: Held(filter: filter)) }
        return unsafe held
    }
}

func insertInIndex(_ filters: [SubjectFilter], _ rounds: Int) throws -> Sample {
    var index = SubjectIndex<UInt32>()
    var refused = 0
    let held = unsafe Held.all(filters)
    let sample = measured(filters, rounds) { memory in
        index = SubjectIndex<UInt32>()
        for number in filters.indices {
            unsafe held[number].borrow { filter in
                do { try index.insert(UInt32(number), for: filter) } catch { refused += 1 }
            }
        }
        memory = Double(index.statistics.allocatedBytes)
    }
    guard refused == 0, index.count == filters.count else { throw HarnessError("filters were refused") }
    return sample
}

func insertConcurrently(_ filters: [SubjectFilter], _ rounds: Int) throws -> Sample {
    var index = ConcurrentSubjectIndex<UInt32>()
    var refused = 0
    let held = unsafe Held.all(filters)
    let sample = measured(filters, rounds) { memory in
        index = ConcurrentSubjectIndex<UInt32>()
        for number in filters.indices {
            unsafe held[number].borrow { filter in
                do { try index.insert(UInt32(number), for: filter) } catch { refused += 1 }
            }
        }
        memory = Double(index.statistics.allocatedBytes)
    }
    guard refused == 0, index.count == filters.count else { throw HarnessError("filters were refused") }
    return sample
}

func insertInC(_ filters: [SubjectFilter], _ rounds: Int) -> Sample {
    var trie = unsafe cs_new(0)
    let sample = measured(filters, rounds) { memory in
        if let old = unsafe trie { unsafe cs_free(old) }
        guard let new = unsafe cs_new(0) else { return }
        for number in filters.indices {
            unsafe filters[number].bytes.withUnsafeBufferPointer { bytes in
                if let base = bytes.baseAddress { _ = unsafe cs_insert(new, base, bytes.count, UInt32(number)) }
            }
        }
        memory = Double(unsafe cs_allocated(new))
        unsafe trie = new
    }
    if let trie = unsafe trie { unsafe cs_free(trie) }
    return sample
}
