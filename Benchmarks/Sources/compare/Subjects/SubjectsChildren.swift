// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import CSubjects
import Harness
import SinewSubjects

/// What the suite's child processes do, by name.
let subjectsChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "subjects-match": { options in
        guard let set = SubjectSet(rawValue: try options.text("set")) else { throw HarnessError("no such set") }
        let (filters, subjects, count) = (set.filters, try set.subjects(), try options.integer("count"))
        switch try options.text("variant") {
        case "c": return try matchInC(filters, subjects, count, isChecked: false)
        case "c-checked": return try matchInC(filters, subjects, count, isChecked: true)
        case "concurrent": return try matchConcurrently(filters, subjects, count)
        case "array": return try matchIntoArray(filters, subjects, count)
        case "bytes": return try matchBytes(filters, subjects, count)
        default: return try matchSubjects(filters, subjects, count)
        }
    },
    "subjects-insert": { options in
        let texts = try options.text("size") == "1m" ? SubjectSet.million() : SubjectSet.natsFilters
        let (filters, rounds) = (try texts.map { try SubjectFilter($0) }, try options.integer("rounds"))
        switch try options.text("variant") {
        case "c": return insertInC(filters, rounds)
        case "concurrent": return try insertConcurrently(filters, rounds)
        default: return try insertInIndex(filters, rounds)
        }
    },
]

/// Measures the CPU time of a loop over subjects, and its allocations; the first pass warms up.
private func measured(_ subjects: Int, _ count: Int, _ loop: (_ count: Int) -> UInt64) -> Sample {
    _ = loop(min(subjects, count))
    cb_count_allocations()
    let begin = cb_cpu()
    let sum = loop(count)
    let cpu = cb_cpu() - begin
    let allocations = cb_counted_allocations()
    return Sample(["cpu": cpu, "sum": Double(sum % (1 << 50)), "allocations": Double(allocations)])
}

private func filled(_ filters: [String]) throws -> SubjectIndex<UInt32> {
    var index = SubjectIndex<UInt32>()
    for (number, filter) in filters.enumerated() { try index.insert(UInt32(number), for: SubjectFilter(filter)) }
    return index
}

/// A subject as a message has it that cannot be copied. An array's element would be retained for each match, which
/// takes longer than some matches do, and is not the index's doing.
private struct Held: ~Copyable {
    let subject: Subject

    @inline(__always)
    borrowing func borrow(_ body: (borrowing Subject) -> Void) { body(subject) }
}

/// Measures a loop over subjects, each in memory of its own; `match` returns the sum of its results.
private func measured(_ subjects: [Subject], _ count: Int, _ match: (borrowing Subject) -> UInt64) -> Sample {
    let held = UnsafeMutablePointer<Held>.allocate(capacity: subjects.count)
    for (position, subject) in subjects.enumerated() { unsafe (held + position).initialize(to: Held(subject: subject)) }
    return measured(subjects.count, count) { count in
        var sum: UInt64 = 0
        var position = 0
        for _ in 0..<count {
            unsafe held[position].borrow { sum &+= match($0) }
            position = position + 1 == subjects.count ? 0 : position + 1
        }
        return sum
    }
}

extension SubjectMatches<UInt32> {
    fileprivate var sum: UInt64 {
        var sum: UInt64 = 0
        for number in indices { sum &+= UInt64(self[number]) }
        return sum
    }
}

private func matchSubjects(_ filters: [String], _ subjects: [Subject], _ count: Int) throws -> Sample {
    let index = try filled(filters)
    var matches = SubjectMatches<UInt32>()
    return measured(subjects, count) { subject in
        index.match(subject, into: &matches)
        return matches.sum
    }
}

private func matchIntoArray(_ filters: [String], _ subjects: [Subject], _ count: Int) throws -> Sample {
    let index = try filled(filters)
    var matches: [UInt32] = []
    matches.reserveCapacity(16)
    return measured(subjects, count) { subject in
        index.match(subject, into: &matches)
        return matches.reduce(into: 0) { $0 &+= UInt64($1) }
    }
}

private func matchConcurrently(_ filters: [String], _ subjects: [Subject], _ count: Int) throws -> Sample {
    let index = ConcurrentSubjectIndex<UInt32>()
    for (number, filter) in filters.enumerated() { try index.insert(UInt32(number), for: SubjectFilter(filter)) }
    var matches = SubjectMatches<UInt32>()
    return measured(subjects, count) { subject in
        index.match(subject, into: &matches)
        return matches.sum
    }
}

/// As frames from a network come: bytes somewhere in a buffer, which are checked.
private func matchBytes(_ filters: [String], _ subjects: [Subject], _ count: Int) throws -> Sample {
    let index = try filled(filters)
    var matches = SubjectMatches<UInt32>()
    let (bytes, ends) = joined(subjects)
    return measured(subjects.count, count) { count in
        var sum: UInt64 = 0
        var position = 0
        let span = bytes.span
        for _ in 0..<count {
            let subject = span.extracting(ends[position]..<ends[position + 1])
            guard unsafe index.match(subject.bytes, into: &matches) else { return 0 }
            sum &+= matches.sum
            position = position + 1 == subjects.count ? 0 : position + 1
        }
        return sum
    }
}

private func joined(_ subjects: [Subject]) -> (bytes: [UInt8], ends: [Int]) {
    subjects.reduce(into: (bytes: [], ends: [0])) { joined, subject in
        joined.bytes += subject.bytes
        joined.ends.append(joined.bytes.count)
    }
}

private func matchInC(_ filters: [String], _ subjects: [Subject], _ count: Int, isChecked: Bool) throws -> Sample {
    guard let trie = unsafe cs_new(0) else { throw HarnessError("no memory") }
    defer { unsafe cs_free(trie) }
    for (number, filter) in filters.enumerated() {
        let bytes = Array(filter.utf8)
        guard unsafe cs_insert(trie, bytes, bytes.count, UInt32(number)) == 0 else { throw HarnessError("no memory") }
    }
    let texts = unsafe isChecked ? texts(oneAfterTheOther: subjects) : texts(each: subjects)
    let lengths = subjects.map { UInt32($0.bytes.count) }
    return measured(subjects.count, count) { count in
        unsafe cs_match_all(trie, texts, lengths, subjects.count, count, isChecked ? 1 : 0)
    }
}

/// Subjects as strings of C, each in memory of its own, as a `Subject` is. The memory is not given back.
private func texts(each subjects: [Subject]) -> [UnsafePointer<UInt8>] {
    unsafe subjects.map { subject in
        let text = UnsafeMutablePointer<UInt8>.allocate(capacity: subject.bytes.count)
        unsafe text.initialize(from: subject.bytes, count: subject.bytes.count)
        return unsafe UnsafePointer(text)
    }
}

/// Subjects in one buffer. The memory is not given back.
private func texts(oneAfterTheOther subjects: [Subject]) -> [UnsafePointer<UInt8>] {
    let (bytes, ends) = joined(subjects)
    let base = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    unsafe base.initialize(from: bytes, count: bytes.count)
    return unsafe subjects.indices.map { unsafe UnsafePointer(base + ends[$0]) }
}
