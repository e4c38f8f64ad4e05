// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The books of the scene: what was published, what arrived, what the bus has reported; and whether they agree.
struct Ledger: Sendable {
    /// A service that orders go to.
    struct Account: Sendable {
        let name: String
        let isShipping: Bool
        /// The orders that it took, by their numbers.
        var taken: [(order: Int, sequence: UInt64)] = []
        /// What the order service's node has reported about messages to it.
        var ranges: [(kind: Word.RangeKind, range: ClosedRange<UInt64>)] = []
    }

    /// By process, as the publisher names it.
    private(set) var accounts: [String: Account] = [:]
    /// The copies of each order that was published.
    private(set) var placed: [Int: [Word.Copy]] = [:]
    private(set) var troubles: [String] = []
    /// How many copies went to each process.
    private var sent: [String: Int] = [:]

    /// Opens the account of a service.
    mutating func open(_ process: String, name: String, isShipping: Bool) {
        accounts[process] = Account(name: name, isShipping: isShipping)
    }

    /// An order was published.
    mutating func place(_ order: Int, _ copies: [Word.Copy]) {
        for copy in copies { sent[copy.process, default: 0] += 1 }
        if placed.updateValue(copies, forKey: order) != nil { troubles.append("order \(order) was published twice") }
    }

    /// A service has taken an order.
    mutating func take(_ order: Int, _ sequence: UInt64, by process: String) {
        accounts[process]?.taken.append((order, sequence))
    }

    /// The bus has reported something of messages to a process; others than those that orders go to do not matter.
    mutating func report(_ kind: Word.RangeKind, _ process: String, _ range: ClosedRange<UInt64>) {
        accounts[process]?.ranges.append((kind, range))
    }

    /// Something happened that must not.
    mutating func note(_ trouble: String) { troubles.append(trouble) }

    /// How many orders a process has taken.
    func takenCount(_ process: String) -> Int { accounts[process]?.taken.count ?? 0 }

    /// How many copies of orders went to a process.
    func sentCount(_ process: String) -> Int { sent[process] ?? 0 }
}

extension Ledger.Account {
    /// What the bus has said of a message that did not arrive: that it was not sent, did not arrive or may not have,
    /// and of which range; nil when it has said nothing of the kind.
    func explanation(of sequence: UInt64) -> (kind: Word.RangeKind, range: ClosedRange<UInt64>)? {
        func told(_ kind: Word.RangeKind) -> (kind: Word.RangeKind, range: ClosedRange<UInt64>)? {
            ranges.first { $0.kind == kind && $0.range.contains(sequence) }
        }
        if let certain = told(.dropped) ?? told(.lost) { return certain }
        // What has arrived after all is no excuse.
        return told(.delivered) == nil ? told(.inDoubt) : nil
    }
}
