// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewTesting

/// All that was said by anybody of the messages from one process to another, number by number.
struct BusLedger: Sendable {
    /// What is known of one message.
    struct Fate: OptionSet, Sendable, CustomStringConvertible {
        let rawValue: UInt8

        private static let names = [
            "dropped", "in doubt", "arrived after all", "lost", "delivered", "missed", "beyond",
        ]

        var description: String {
            Self.names.indices.filter { rawValue >> UInt8($0) & 1 == 1 }.map { Self.names[$0] }.joined(separator: ", ")
        }

        static let dropped = Fate(rawValue: 1)
        static let inDoubt = Fate(rawValue: 2)
        static let resolved = Fate(rawValue: 4)
        static let lost = Fate(rawValue: 8)
        static let delivered = Fate(rawValue: 16)
        static let missed = Fate(rawValue: 32)
        /// It lies behind the last one of a publisher that was told to be lost, or before the first that the receiver
        /// had of it.
        static let beyond = Fate(rawValue: 64)

        static let toldBySender: Fate = [.dropped, .inDoubt, .lost]
        static let settled: Fate = [.dropped, .inDoubt, .lost, .delivered]
    }

    /// The message of each number, from 1 on.
    private(set) var ids: ContiguousArray<UInt64> = []
    private(set) var fates: ContiguousArray<Fate> = []
    /// The last that was delivered or missed.
    private(set) var lastSeen: UInt64 = 0
    /// Whether the receiver has had anything of the sender since it last knew nothing of it.
    private(set) var hasSession = false
    /// Whether the receiver was told that the sender is lost, and whether it was over by then.
    private(set) var isLost = false
    private(set) var isClosed = false
    /// Up to which number every message was found to have an explanation when a link ended.
    private var explained = 0

    var count: UInt64 { UInt64(ids.count) }

    // MARK: The sender's words

    mutating func assign(_ number: UInt64, _ id: UInt64) throws(Violation) {
        guard number == count + 1 else {
            throw Violation("no number is given twice, and none left out", "\(number) after \(count)")
        }
        ids.append(id)
        fates.append([])
    }

    mutating func mark(_ range: ClosedRange<UInt64>, _ fate: Fate) throws(Violation) {
        guard range.lowerBound >= 1, range.upperBound <= count else {
            throw Violation("only messages that there are have a fate", "\(range) of \(count): \(fate.rawValue)")
        }
        for number in range { fates[Int(number) - 1].insert(fate) }
    }

    /// What is said to have arrived was delivered, but for what the sender itself has dropped.
    mutating func resolve(_ range: ClosedRange<UInt64>) throws(Violation) {
        try mark(range, .resolved)
        for number in range where fates[Int(number) - 1].isDisjoint(with: [.delivered, .dropped]) {
            throw Violation("what was in doubt and is told to have arrived was delivered", "\(number) of \(range)")
        }
    }

    mutating func lose(_ range: ClosedRange<UInt64>) throws(Violation) {
        try mark(range, .lost)
        for number in range where fates[Int(number) - 1].contains(.delivered) {
            throw Violation("what was in doubt and is told to be lost was not delivered", "\(number) of \(range)")
        }
    }

    /// A link has ended, and the sender has said what that means.
    mutating func linkEnded() throws(Violation) {
        while explained < fates.count {
            let fate = fates[explained]
            guard !fate.isDisjoint(with: .settled) else {
                throw Violation("when a link ends, nothing is lost in silence", "\(explained + 1) of \(count)")
            }
            explained += 1
        }
    }

    func confirm(_ number: UInt64) throws(Violation) {
        guard number <= lastSeen || !hasSession || number <= count else {
            throw Violation("nothing is confirmed that was not received", "\(number), where \(lastSeen) was")
        }
        for place in Int(min(lastSeen, number))..<Int(min(number, count)) where !isExplained(fates[place]) {
            throw Violation("nothing is confirmed that was not received", "\(place + 1) of \(number)")
        }
    }

    /// Numbers that the receiver knows to be given up without having told them.
    private func isExplained(_ fate: Fate) -> Bool { !fate.isDisjoint(with: .settled) }

    // MARK: The receiver's words

    mutating func deliver(_ number: UInt64, _ id: UInt64) throws(Violation) {
        guard number >= 1, number <= count, ids[Int(number) - 1] == id else {
            throw Violation("a process gets what was numbered for it", "\(number) of \(count)")
        }
        guard !isClosed else { throw Violation("nothing comes from a publisher that was lost", "\(number)") }
        guard number > lastSeen else {
            throw Violation("numbers ascend, and none comes twice", "\(number) after \(lastSeen)")
        }
        guard fates[Int(number) - 1].isDisjoint(with: [.lost, .dropped]) else {
            throw Violation("what is told to be lost or dropped is not delivered", "\(number)")
        }
        try see(number...number)
        fates[Int(number) - 1].insert(.delivered)
    }

    mutating func miss(_ range: ClosedRange<UInt64>) throws(Violation) {
        // Its first may have been an empty frame, which only says what comes next.
        guard hasSession ? range.lowerBound == lastSeen + 1 : range.lowerBound > lastSeen, range.upperBound <= count
        else {
            throw Violation("what is missed follows what was there", "\(range) after \(lastSeen) of \(count)")
        }
        for number in range where fates[Int(number) - 1].isDisjoint(with: .toldBySender) {
            throw Violation("what one misses, the other has told", "\(number) of \(range)")
        }
        try see(range)
        try mark(range, .missed)
    }

    private mutating func see(_ range: ClosedRange<UInt64>) throws(Violation) {
        if hasSession {
            guard range.lowerBound == lastSeen + 1 else {
                throw Violation("what is left out is told to be missed", "\(range) after \(lastSeen)")
            }
        } else {
            for place in Int(lastSeen)..<Int(range.lowerBound) - 1 { fates[place].insert(.beyond) }
            hasSession = true
        }
        lastSeen = range.upperBound
    }

    /// The receiver is told that the sender is lost, and up to where it was.
    mutating func lost(last: UInt64?, isOver: Bool) throws(Violation) {
        isLost = true
        if isOver { isClosed = true }
        guard !hasSession || last == lastSeen else {
            let details = "\(String(describing: last)), where \(lastSeen) was"
            throw Violation("of a lost publisher the last message is told", details)
        }
        hasSession = false
    }

    // MARK: In the end

    /// The first message of which the sender has not said what became of it, and which was not delivered.
    var firstUntold: Int? { fates.firstIndex { $0.isDisjoint(with: .settled) }.map { $0 + 1 } }

    /// The first message that nobody has said a word about.
    var firstUnmentioned: Int? {
        fates.firstIndex { $0.isDisjoint(with: Fate.settled.union([.missed, .beyond])) }.map { $0 + 1 }
    }
}
