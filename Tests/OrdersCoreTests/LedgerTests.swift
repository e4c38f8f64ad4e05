// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import orders_core

@Suite("The books of orders-core", .timeLimit(.minutes(1)))
struct LedgerTests {
    /// Three orders, each with a copy for the audit and one for one of two that ship.
    private static func ledger() -> Ledger {
        var ledger = Ledger()
        ledger.open("a", name: "audit", isShipping: false)
        ledger.open("s", name: "shipping-1", isShipping: true)
        ledger.open("t", name: "shipping-2", isShipping: true)
        for (order, shipping) in [(1, "s:1"), (2, "t:1"), (3, "t:2")] {
            ledger.place(order, ["a:\(order)", shipping].compactMap(Word.Copy.init))
        }
        return ledger
    }

    /// The same with everything taken but some.
    private static func ledger(without missing: Set<String>) -> Ledger {
        var ledger = ledger()
        for (order, sequence, process) in [
            (1, 1, "a"), (2, 2, "a"), (3, 3, "a"), (1, 1, "s"), (2, 1, "t"), (3, 2, "t"),
        ] as [(Int, UInt64, String)] where !missing.contains("\(process)\(sequence)") {
            ledger.take(order, sequence, by: process)
        }
        return ledger
    }

    @Test func whatArrivedIsRight() {
        let result = Self.ledger(without: []).audit(expecting: 3)
        #expect(result.faults == [])
        #expect((result.orders, result.audited, result.shipped, result.explainedCount) == (3, 3, 3, 0))
    }

    @Test("what is missing is a fault unless an event names its number", arguments: ["a2", "s1", "t2"])
    func missing(_ what: String) throws {
        let result = Self.ledger(without: [what]).audit(expecting: 3)
        #expect(result.faults.count == 1)
        let (process, sequence) = (String(what.prefix(1)), try #require(UInt64(what.dropFirst())))
        for kind in [.dropped, .inDoubt, .lost] as [Word.RangeKind] {
            var ledger = Self.ledger(without: [what])
            ledger.report(kind, process, sequence...sequence)
            let result = ledger.audit(expecting: 3)
            #expect(result.faults == [])
            #expect(result.explainedCount == 1)
            #expect(result.explained.first?.contains("\(kind) \(sequence)...\(sequence): 1 orders") == true)
        }
        var beside = Self.ledger(without: [what])
        beside.report(.inDoubt, process, sequence + 1...sequence + 9)
        for other in ["a", "s", "t"] where other != process { beside.report(.inDoubt, other, 1...9) }
        #expect(beside.audit(expecting: 3).faults.count == 1)
    }

    @Test func whatWasInDoubtAndHasArrivedExplainsNothing() {
        var ledger = Self.ledger(without: ["t2"])
        ledger.report(.inDoubt, "t", 1...2)
        #expect(ledger.audit(expecting: 3).isGood)
        ledger.report(.delivered, "t", 1...2)
        #expect(!ledger.audit(expecting: 3).isGood)
        ledger.report(.lost, "t", 2...2)
        #expect(ledger.audit(expecting: 3).isGood)
    }

    @Test func takingTwiceIsAFault() {
        var twiceHere = Self.ledger(without: [])
        twiceHere.take(1, 1, by: "s")
        #expect(twiceHere.audit(expecting: 3).faults == ["shipping-1 took order 1 twice"])
        var twiceElsewhere = Self.ledger()
        twiceElsewhere.place(4, [Word.Copy(process: "s", sequence: 2), Word.Copy(process: "t", sequence: 3)])
        twiceElsewhere.take(4, 2, by: "s")
        twiceElsewhere.take(4, 3, by: "t")
        let faults = twiceElsewhere.audit(expecting: 4).faults
        #expect(faults.contains("order 4 was shipped twice, the second time by shipping-2"))
        #expect(faults.contains { $0.hasPrefix("order 4 went to 2 processes") })
    }

    @Test func whatWasNotSentCannotBeTaken() {
        var ledger = Self.ledger(without: [])
        ledger.take(2, 2, by: "s")
        #expect(ledger.audit(expecting: 3).faults.contains { $0.contains("shipping-1 took order 2 as 2") })
    }

    @Test func everyOrderHasToBePublishedOnce() {
        let missing = Self.ledger(without: []).audit(expecting: 4)
        #expect(missing.faults == ["1 orders were not published, the first of them order 4"])
        var again = Self.ledger(without: [])
        again.place(3, ["a:3", "t:2"].compactMap(Word.Copy.init))
        #expect(again.audit(expecting: 3).faults == ["order 3 was published twice"])
        var strange = Self.ledger(without: [])
        strange.place(4, [Word.Copy(process: "x", sequence: 1)])
        #expect(strange.audit(expecting: 4).faults.contains { $0.contains("none of ours: x") })
    }

    @Test("a word is the same after it was written and read")
    func words() {
        let words: [Word] = [
            .endpoint("tcp://127.0.0.1:5"), .ready(process: "1.2"), .placed(order: 7, copies: []),
            .placed(order: 7, copies: ["1.2:3", "4.5:18446744073709551615"].compactMap { Word.Copy($0) }),
            .published(order: 9), .taken(order: 1, sequence: 2), .range(.inDoubt, process: "1.2", 3...4),
            .trouble("a  b"), .done,
        ]
        for word in words { #expect(Word(word.line) == word) }
        for line in ["", "range lost 1.2 4 3", "placed 1 2", "taken 1", "done 1", "ready"] {
            #expect(Word(line) == nil, "\(line)")
        }
    }
}
