// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
import SinewCore

/// Something that a node tells: peers that come and go, and every loss with its name and its range.
///
/// Ranges are of the numbers that messages from one process to another have (``BusMessage/sequence``).
public struct BusEvent: Sendable, Hashable {
    /// What can happen. New kinds may be added: give every `switch` a default.
    public enum Kind: Sendable, Hashable {
        /// A process became a member of the cluster.
        case joined
        /// A member left on purpose.
        case left
        /// A member is gone without a word.
        case died
        /// A member has been silent for longer than it announced.
        case suspected
        /// A suspected member was heard again.
        case alive
        /// Messages can be sent to the peer from now on.
        case linkUp
        /// The link to the peer has ended; it is made again while the peer is a member.
        case linkDown
        /// An endpoint, of a seed or a peer, could not be reached so many times in a row: told at the first, the
        /// second, the fourth and so on. It is tried again for as long as it is a seed or its node a member.
        case unreachable(endpoint: String, attempts: UInt64)
        /// A peer does not let this node in.
        case refused(Refusal)
        /// This node does not let a peer in.
        case turnedAway(Refusal)
        /// These messages were not sent to the peer, although it wanted them.
        case dropped(ClosedRange<UInt64>, DropReason)
        /// These messages were sent to the peer, and whether they arrived is not known. The range may have numbers in
        /// it that were told as ``dropped(_:_:)`` before; these did not arrive. The same holds for what it comes to.
        case inDoubt(ClosedRange<UInt64>)
        /// These messages were in doubt, and have arrived.
        case delivered(ClosedRange<UInt64>)
        /// These messages were in doubt, and have not arrived.
        case lost(ClosedRange<UInt64>)
        /// These messages of the peer did not come here: it dropped them, or they were lost with a link.
        case missed(ClosedRange<UInt64>)
        /// The peer's process is gone for good; this was the last of its messages that came, if any did.
        case publisherLost(last: UInt64?)
        /// A subscription here was too slow for these messages of the peer.
        case slowSubscriber(filter: String, DroppedRange)
        /// Something came that was no frame, or contradicted what came before.
        case garbage(String)
        /// The node was away for so long that all others took it for dead: it is a new process now.
        case restarted
        /// A later process has this node's name, so this one has ended.
        case superseded
        /// The reader of events was slower than they came, and so many before this one are gone.
        case lagged(Int)
    }

    /// What has happened.
    public let kind: Kind
    /// The name of the node that it is about; empty where it is not known.
    public let node: String
    /// Which process of that node; nil where it is not about one.
    public let process: ProcessID?

    init(_ kind: Kind, node: String = "", process: ProcessID? = nil) {
        self.kind = kind
        self.node = node
        self.process = process
    }
}

extension BusEvent: CustomStringConvertible {
    /// One line.
    public var description: String { node.isEmpty ? "\(kind)" : "\(node): \(kind)" }
}
