// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
package import SinewSubjects

/// What can happen to a node.
package enum PoolEvent: PeerEvent, Hashable, Sendable {
    /// Time has passed.
    case tick
    /// Another node says something.
    case received(PoolMessage, from: NodeID)
    /// Somebody wants a task done.
    case submitted(Subject, payload: [UInt8])
    /// The task that was to be run is done.
    case ran(TaskID, result: [UInt8])
}

/// What a node wants done.
package enum PoolAction: PeerAction, Hashable, Sendable {
    /// Say this to another node.
    case send(PoolMessage, to: NodeID)
    /// A submitted task is ours to get done. A shell with a disk writes it down.
    case accepted(PoolTask)
    /// A submitted task is not taken: there are too many, or it is too large.
    case refused(Subject)
    /// Run this, and say ``PoolEvent/ran(_:result:)``. One at a time.
    case run(PoolTask)
    /// The result of a task of ours: comes once for each that was accepted.
    case finished(PoolTask, result: [UInt8])

    package var outgoing: Outgoing<NodeID, PoolMessage>? {
        if case .send(let message, let peer) = self { Outgoing(message, to: peer) } else { nil }
    }
}
