// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewBusCore
package import SinewCore
package import SinewTesting

/// What somebody sees who uses a node, or what the node itself decided: what the ledgers of the simulation are kept by.
package enum BusNote: Sendable {
    // MARK: As a publisher

    /// A message has its number for a process.
    case assigned(UInt64, to: ProcessID, id: UInt64)
    case dropped(ClosedRange<UInt64>, for: ProcessID, DropReason)
    case inDoubt(ClosedRange<UInt64>, at: ProcessID)
    /// What was in doubt has arrived.
    case resolved(ClosedRange<UInt64>, at: ProcessID)
    /// What was in doubt has not arrived.
    case lost(ClosedRange<UInt64>, at: ProcessID)
    /// The peer has told how far it is.
    case confirmed(UInt64, by: ProcessID)
    /// A link has ended, and what that means was told.
    case linkEnded(to: ProcessID)

    // MARK: As a subscriber

    /// A message came: to how many subscriptions without a group it went, and to members of which groups, a bit for
    /// each.
    case delivered(UInt64, from: ProcessID, id: UInt64, plain: Int, groups: UInt8)
    case missed(ClosedRange<UInt64>, from: ProcessID)
    case publisherLost(ProcessID, last: UInt64?)

    // MARK: As a node

    /// The node is another process from now on.
    case began(Incarnation)
    /// What must not be, as the node itself can see.
    case broken(Violation)
}
