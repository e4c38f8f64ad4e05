// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
package import SinewSubjects

/// The name of a task: who was asked to have it done, and which of its tasks it is.
package struct TaskID: Hashable, Comparable, Sendable {
    /// The node that was asked, and that counts the result.
    package let owner: NodeID
    /// Which process of that node: a later one begins to count anew.
    package let incarnation: Incarnation
    /// Which of the tasks of that process, from 1.
    package let number: UInt64

    package init(owner: NodeID, incarnation: Incarnation, number: UInt64) {
        self.owner = owner
        self.incarnation = incarnation
        self.number = number
    }

    package static func < (left: TaskID, right: TaskID) -> Bool {
        (left.owner, left.incarnation, left.number) < (right.owner, right.incarnation, right.number)
    }
}

extension TaskID: CustomStringConvertible {
    /// The last digits of the owner's name, its process, and the number: `5/0/12`.
    package var description: String { "\(String(owner.low, radix: 16))/\(incarnation)/\(number)" }
}

/// Something to be done: its subject says of which kind it is.
package struct PoolTask: Hashable, Sendable {
    package let id: TaskID
    package let subject: Subject
    package let payload: [UInt8]

    package init(id: TaskID, subject: Subject, payload: [UInt8]) {
        self.id = id
        self.subject = subject
        self.payload = payload
    }

    /// What is done in this example: a checksum (FNV-1a, 64 bits) over the payload, so that the owner can check it.
    package func work() -> [UInt8] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in payload { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) }
    }
}
