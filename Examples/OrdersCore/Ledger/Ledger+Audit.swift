// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Ledger {
    /// What the books say at the end.
    struct Result: Sendable {
        /// How many orders were published.
        var orders = 0
        /// How many of them the audit heard.
        var audited = 0
        /// How many were shipped.
        var shipped = 0
        /// How many orders did not reach a service, and are in a range that was reported; by service, kind and range.
        var explained: [String] = []
        var explainedCount = 0
        /// What is not explained.
        var faults: [String] = []

        /// Whether every difference is explained.
        var isGood: Bool { faults.isEmpty }
    }

    /// Compares what arrived with what was published, order by order.
    ///
    /// - Parameter expected: How many orders should have been published: 1 to this.
    func audit(expecting expected: Int) -> Result {
        var result = Result()
        result.faults = troubles
        result.orders = placed.count
        let missing = (1...max(1, expected)).filter { placed[$0] == nil }
        if expected > 0, let first = missing.first {
            result.faults.append("\(missing.count) orders were not published, the first of them order \(first)")
        }
        let taken = takings(&result)
        var explained: [Explanation: Int] = [:]
        for order in placed.keys.sorted() {
            let copies = placed[order] ?? []
            let isShippings = copies.map { accounts[$0.process]?.isShipping }
            if isShippings.count(where: { $0 == true }) != 1 || isShippings.count(where: { $0 == false }) != 1 {
                let what = "order \(order) went to \(copies.count) processes"
                result.faults.append("\(what), not to one of shipping and to the audit")
            }
            for copy in copies {
                guard let account = accounts[copy.process] else {
                    result.faults.append("order \(order) went to a process that is none of ours: \(copy.process)")
                    continue
                }
                if taken.contains(Taking(process: copy.process, order: order, sequence: copy.sequence)) { continue }
                if let (kind, range) = account.explanation(of: copy.sequence) {
                    explained[Explanation(name: account.name, kind: kind, range: range), default: 0] += 1
                } else {
                    let what = "order \(order) did not reach \(account.name) as its message \(copy.sequence)"
                    result.faults.append("\(what), and no event says so")
                }
            }
        }
        for (explanation, count) in explained.sorted(by: { $0.key < $1.key }) {
            result.explained.append("\(explanation): \(count) orders")
            result.explainedCount += count
        }
        return result
    }

    /// What was taken, each once; what was taken and not sent there is a fault, and so is what was taken twice.
    private func takings(_ result: inout Result) -> Set<Taking> {
        var takings: Set<Taking> = []
        var shipped: Set<Int> = []
        for (process, account) in accounts.sorted(by: { $0.value.name < $1.value.name }) {
            for (order, sequence) in account.taken {
                let copy = Word.Copy(process: process, sequence: sequence)
                if placed[order]?.contains(copy) != true {
                    result.faults.append("\(account.name) took order \(order) as \(sequence), which was not sent so")
                }
                if !takings.insert(Taking(process: process, order: order, sequence: sequence)).inserted {
                    result.faults.append("\(account.name) took order \(order) twice")
                } else if !account.isShipping {
                    result.audited += 1
                } else if shipped.insert(order).inserted {
                    result.shipped += 1
                } else {
                    result.faults.append("order \(order) was shipped twice, the second time by \(account.name)")
                }
            }
        }
        return takings
    }
}

/// An order at a service, with the number that it came with.
private struct Taking: Hashable {
    let process: String
    let order: Int
    let sequence: UInt64
}

/// What the bus has said about a range, of whom.
private struct Explanation: Hashable, Comparable, CustomStringConvertible {
    let name: String
    let kind: Word.RangeKind
    let range: ClosedRange<UInt64>

    var description: String { "\(name): \(kind) \(range.lowerBound)...\(range.upperBound)" }

    static func < (left: Explanation, right: Explanation) -> Bool {
        guard left.name == right.name else { return left.name < right.name }
        guard left.range.lowerBound == right.range.lowerBound else {
            return left.range.lowerBound < right.range.lowerBound
        }
        return left.kind.rawValue < right.kind.rawValue
    }
}
