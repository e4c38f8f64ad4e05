// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What is due at some time, and for whom.
struct BusTimer: Hashable, Comparable, Sendable {
    enum Kind: UInt8, Sendable {
        /// A link was not let in in time.
        case handshake
        /// A member is to be linked with.
        case dial
        /// A position is to be told.
        case position
        /// Somebody who is no member may be forgotten.
        case stranger
        /// Whom the seeds named has had time enough to say what it wants.
        case startUp
    }

    let kind: Kind
    let node: NodeID
    let number: UInt32

    static func handshake(_ number: UInt32) -> BusTimer {
        BusTimer(kind: .handshake, node: NodeID(high: 0, low: 0), number: number)
    }
    static func dial(_ node: NodeID) -> BusTimer { BusTimer(kind: .dial, node: node, number: 0) }
    static func position(_ node: NodeID) -> BusTimer { BusTimer(kind: .position, node: node, number: 0) }
    static func stranger(_ node: NodeID) -> BusTimer { BusTimer(kind: .stranger, node: node, number: 0) }

    static let startUp = BusTimer(kind: .startUp, node: NodeID(high: 0, low: 0), number: 0)

    static func < (left: BusTimer, right: BusTimer) -> Bool {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        return left.node != right.node ? left.node < right.node : left.number < right.number
    }
}
