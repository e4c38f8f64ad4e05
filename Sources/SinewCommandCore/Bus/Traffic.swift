// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Messages counted by node, and how many there were in the last interval.
package struct Traffic: Sendable {
    /// What came of one node.
    package struct Count: Sendable, Hashable {
        /// Messages since the beginning.
        package var messages = 0
        /// Their payloads' bytes since the beginning.
        package var bytes = 0
        /// Messages that did not come, as far as it was told.
        package var missed = 0
        /// Messages a second, in the last interval.
        package var messageRate = 0
        /// Bytes a second, in the last interval.
        package var byteRate = 0

        fileprivate var messagesBefore = 0
        fileprivate var bytesBefore = 0
    }

    private var counts: [String: Count] = [:]
    private let maximumNodes: Int

    /// Begins with nothing.
    ///
    /// - Parameter maximumNodes: How many nodes are kept apart; others are counted together, under an empty name.
    package init(maximumNodes: Int = 4096) { self.maximumNodes = maximumNodes }

    /// A message came.
    package mutating func count(_ node: String, bytes: Int) {
        let name = key(node)
        counts[name, default: Count()].messages += 1
        counts[name, default: Count()].bytes += bytes
    }

    /// Some messages did not come.
    package mutating func miss(_ node: String, _ count: Int) { counts[key(node), default: Count()].missed += count }

    private func key(_ node: String) -> String {
        counts[node] != nil || counts.count < maximumNodes ? node : ""
    }

    /// An interval ends: rates are those of this one from now on.
    package mutating func tick(after seconds: Double) {
        guard seconds > 0 else { return }
        for name in counts.keys.sorted() {
            guard var count = counts[name] else { continue }
            count.messageRate = Int((Double(count.messages - count.messagesBefore) / seconds).rounded())
            count.byteRate = Int((Double(count.bytes - count.bytesBefore) / seconds).rounded())
            (count.messagesBefore, count.bytesBefore) = (count.messages, count.bytes)
            counts[name] = count
        }
    }

    /// What came of a node.
    package subscript(node: String) -> Count { counts[node] ?? Count() }

    /// The sum over all nodes.
    package var total: Count {
        var total = Count()
        for name in counts.keys.sorted() {
            let count = self[name]
            total.messages += count.messages
            total.bytes += count.bytes
            total.missed += count.missed
            total.messageRate += count.messageRate
            total.byteRate += count.byteRate
        }
        return total
    }
}
