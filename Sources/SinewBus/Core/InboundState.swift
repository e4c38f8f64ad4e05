// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

/// How far this node is with the messages of each process.
struct InboundState {
    /// One process.
    struct Sender {
        let process: ProcessID
        let name: String
        var lane: InboundLane
        /// Bytes of frames for which nothing is granted, because messages wait at a subscription that holds back: from
        /// the first such frame on, until ``release()``.
        var heldBytes = 0
        var heardAt = Instant.origin
        /// What the control machine was last told.
        var toldGranted: UInt64 = 0
    }

    /// Whether some lane's position has not been told to the control machine, which is then looked after soon.
    private(set) var hasUntold = false

    /// Notes that frames were consumed.
    ///
    /// - Returns: The position, where it is to be told at once; and whether somebody has to come back for it soon.
    mutating func consumed(
        _ size: Int,
        over link: LinkID,
        isHeldBack: Bool
    ) -> (position: (UInt64, UInt64)?, comeBack: Bool) {
        let position = with(link) { sender -> (UInt64, UInt64)? in
            // What follows such a frame is held, too: granting it would grant what is before it.
            let isHeldBack = isHeldBack || sender.heldBytes > 0
            sender.heldBytes += size
            guard !isHeldBack else { return nil }
            sender.lane.consumed(bytes: sender.heldBytes)
            sender.heldBytes = 0
            guard sender.lane.granted >= sender.toldGranted + sender.lane.windowBytes / 8 else { return nil }
            sender.toldGranted = sender.lane.granted
            return (sender.lane.received ?? 0, sender.lane.granted)
        }
        if let position = position ?? nil { return (position, false) }
        defer { hasUntold = true }
        return (nil, !hasUntold)
    }

    /// All positions that were not told.
    mutating func takeUntold() -> [(LinkID, UInt64, UInt64)] {
        hasUntold = false
        return positions { $0.heldBytes == 0 && $0.lane.granted > $0.toldGranted }
    }

    private mutating func positions(where condition: (Sender) -> Bool) -> [(LinkID, UInt64, UInt64)] {
        var result: [(LinkID, UInt64, UInt64)] = []
        for process in senders.keys.sorted() {
            guard var sender = senders[process], let link = sender.lane.link, condition(sender) else { continue }
            sender.lane.consumed(bytes: sender.heldBytes)
            sender.heldBytes = 0
            sender.toldGranted = sender.lane.granted
            senders[process] = sender
            let id = LinkID(process.node, process.incarnation, number: link)
            result.append((id, sender.lane.received ?? 0, sender.lane.granted))
        }
        return result
    }

    // For looking up only.
    private var senders: [ProcessID: Sender] = [:]

    /// A link was let in.
    ///
    /// - Returns: The last message that is here of that process; nil when nothing is known of it.
    mutating func linkUp(_ link: LinkID, _ peer: BusPeer, window: UInt64, maximumFrame: UInt64) -> UInt64? {
        let process = ProcessID(link.node, link.incarnation)
        var sender =
            senders[process]
            ?? Sender(
                process: process,
                name: peer.name,
                lane: InboundLane(windowBytes: window, maximumFrameBytes: maximumFrame)
            )
        sender.lane.linkUp(link.number)
        sender.heldBytes = 0
        sender.toldGranted = sender.lane.granted
        defer { senders[process] = sender }
        return sender.lane.received
    }

    mutating func linkDown(_ link: LinkID) {
        let process = ProcessID(link.node, link.incarnation)
        guard senders[process]?.lane.link == link.number else { return }
        senders[process]?.lane.linkDown()
    }

    /// Forgets a process, and says what it was called and how far it came.
    mutating func forget(_ process: ProcessID) -> (name: String, received: UInt64?)? {
        senders.removeValue(forKey: process).map { ($0.name, $0.lane.received) }
    }

    /// Calls a function with the sender of a link that stands.
    mutating func with<Result>(_ link: LinkID, _ body: (inout Sender) -> Result) -> Result? {
        let process = ProcessID(link.node, link.incarnation)
        guard let place = senders.index(forKey: process), senders.values[place].lane.takes(link.number) else {
            return nil
        }
        return body(&senders.values[place])
    }

    /// Gives what was held back free, and says how far each such lane is then.
    mutating func release() -> [(LinkID, UInt64, UInt64)] { positions { $0.heldBytes > 0 } }
}
