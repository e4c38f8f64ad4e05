// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The questions that are being decided, each until a time of its own: a question is answered once, by whoever comes
/// first, and who comes later is told so. A value without a clock.
struct PendingQuestions<Question> {
    /// What stands for a question while it is being decided; never used twice.
    struct Ticket: Hashable, Sendable, Comparable {
        fileprivate let number: UInt64

        static func < (left: Ticket, right: Ticket) -> Bool { left.number < right.number }
    }

    private struct Entry {
        let question: Question
        let deadline: ContinuousClock.Instant
    }

    private var entries: [Ticket: Entry] = [:]
    private var issued: UInt64 = 0

    /// When the next one's time is up. Complexity: O(*n*), of at most 128 for each server.
    var nextDeadline: ContinuousClock.Instant? { entries.values.map(\.deadline).min() }

    func contains(_ ticket: Ticket) -> Bool { entries[ticket] != nil }

    mutating func add(_ question: Question, until deadline: ContinuousClock.Instant) -> Ticket {
        issued += 1
        let ticket = Ticket(number: issued)
        entries[ticket] = Entry(question: question, deadline: deadline)
        return ticket
    }

    /// The question to answer; nil when it was answered, or forgotten, before.
    mutating func settle(_ ticket: Ticket) -> Question? { entries.removeValue(forKey: ticket)?.question }

    /// Takes out those whose time is up, in the order in which they came.
    mutating func expire(at now: ContinuousClock.Instant) -> [(ticket: Ticket, question: Question)] {
        removeAll { $0.deadline <= now }.map { ($0.key, $0.value.question) }
    }

    /// Takes out those that nobody wants answered any more.
    mutating func forget(where isForgotten: (Question) -> Bool) -> [Ticket] {
        removeAll { isForgotten($0.question) }.map(\.key)
    }

    private mutating func removeAll(where isRemoved: (Entry) -> Bool) -> [(key: Ticket, value: Entry)] {
        let removed = entries.filter { isRemoved($0.value) }.sorted { $0.key < $1.key }
        for (ticket, _) in removed { entries[ticket] = nil }
        return removed
    }
}
