// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Logging
public import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import ZeroMQ

extension Node {
    /// What happens: peers that come and go, and every loss with its name and its range.
    ///
    /// The first reader begins with what has happened since the node was made, others with what happens from now on.
    /// Each value of this property is a reader of its own; one that is slower than the events loses the oldest, and is
    /// told how many.
    public var events: BusEvents { BusEvents(core.events) }

    /// All other nodes that are known, in the order of their names.
    public var peers: [BusPeerState] {
        core.control.withLock { $0.machine.peers(at: Monotonic.now) }.sorted { $0.name < $1.name }
    }

    /// What the node has done, and what it has dropped and refused.
    public var statistics: NodeStatistics { NodeStatistics(core) }
}

/// What a node has done since it was made. Each number only grows, but for ``subscriptions`` and
/// ``linkedPeers``.
public struct NodeStatistics: Sendable, Hashable {
    /// Messages published here.
    public let published: UInt64
    /// Records that came from peers and from here.
    public let received: UInt64
    /// Messages given to subscriptions.
    public let delivered: UInt64
    /// Data frames sent.
    public let framesSent: UInt64
    /// Data frames received.
    public let framesReceived: UInt64
    /// Messages that were not sent to a peer that wanted them, as far as told by events.
    public let dropped: UInt64
    /// Messages that subscriptions here dropped, because their readers were too slow.
    public let droppedBySubscriptions: UInt64
    /// Messages of peers that did not come.
    public let missed: UInt64
    /// What came and could not be read, or contradicted what came before.
    public let undecodable: UInt64
    /// Messages of programs that are no nodes.
    public let foreign: UInt64
    /// Messages that came and that nobody here wanted (any more).
    public let unwanted: UInt64
    /// Answers that came when nobody waited for them any more, or when 65 536 waited for a slow reader already.
    public let lateReplies: UInt64
    /// Answers that could not be sent.
    public let unanswered: UInt64
    /// Control frames that could not be sent at once; the exchange of interest and membership sends again.
    public let controlUnsent: UInt64
    /// Interests of peers that the table of routes had no room for: their messages do not go there.
    public let refusedInterests: UInt64
    /// Messages of peers with a subject that only a node itself may use: not delivered.
    public let reserved: UInt64
    /// Records of kinds that this version does not know.
    public let unknownRecords: UInt64
    /// Links to seeds and peers that could not be made.
    public let linksFailed: UInt64
    /// How many subscriptions there are.
    public let subscriptions: Int
    /// How many peers are linked with this node, in both directions.
    public let linkedPeers: Int

    init(_ core: NodeCore) {
        published = core.counters.published.count
        received = core.counters.received.count
        delivered = core.counters.delivered.count
        framesSent = core.counters.framesSent.count
        framesReceived = core.counters.framesReceived.count
        dropped = core.counters.dropped.count
        droppedBySubscriptions = core.counters.droppedBySubscriptions.count
        missed = core.counters.missed.count
        undecodable = core.counters.undecodable.count
        foreign = core.counters.foreign.count
        unwanted = core.counters.unwanted.count
        lateReplies = core.counters.lateReplies.count
        unanswered = core.counters.unanswered.count
        controlUnsent = core.counters.controlUnsent.count
        refusedInterests = core.outbound.withLock { $0.refusedInterests }
        reserved = core.counters.reserved.count
        unknownRecords = core.counters.unknownRecords.count
        linksFailed = core.control.withLock { $0.machine.counters.failed + $0.machine.counters.timedOut }
        linkedPeers = core.control.withLock { $0.machine.linkedPeers }
        subscriptions = core.local.withLock { $0.count }
    }
}

extension NodeCore {
    /// Tells the control machine's news as events.
    func tell(_ news: BusNews) {
        switch news {
        case .joined(let record): tell(.joined, record.id, record.incarnation, record.content["name"])
        case .left(let id, let incarnation): tell(.left, id, incarnation)
        case .died(let id, let incarnation, _): tell(.died, id, incarnation)
        case .suspected(let id, let incarnation): suspect(id, incarnation, true)
        case .alive(let id, let incarnation): suspect(id, incarnation, false)
        case .refused(let link, let refusal):
            let name = names.withLock { $0[link.node] } ?? ""
            let process = ProcessID(link.node, link.incarnation)
            tell(BusEvent(.turnedAway(refusal), node: name, process: process))
        case .linkRefused(let endpoint, _, let refusal):
            tell(BusEvent(.refused(refusal), node: endpoint))
        case .unreachable(let endpoint, let peer, let attempts):
            let name = peer.flatMap { id in names.withLock { $0[id] } } ?? ""
            tell(BusEvent(.unreachable(endpoint: endpoint, attempts: attempts), node: name))
        case .peerRejected(let id, let error):
            log.problem("there is no room for a peer", ["bus.id": "\(id)", "bus.error": .foreign("\(error)")])
        case .announcementRejected(let error):
            log.problem("what the node says of itself cannot be said", ["bus.error": .foreign("\(error)")])
        case .updated, .stalled, .movedOn, .synced: break
        }
        self.news.wakeAll()
    }

    /// Tells those who listen to events, and the log.
    func tell(_ event: BusEvent) {
        events.send(event)
        log.write(event)
    }

    /// Presence is a subject like any other, to those who listen here: each node tells what it sees itself.
    private func tellPresence(_ kind: BusEvent.Kind, _ name: String) {
        guard let subject = try? Subject("$SINEW.node.\(name).\(kind)") else { return }
        guard local.withLock({ $0.wants(subject.bytes.span) }) else { return }
        deliverHere(Outgoing(subject: subject, payload: Array(name.utf8)), Target(receiver: 0, isPlain: true))
    }

    private func suspect(_ id: NodeID, _ incarnation: Incarnation, _ isSuspect: Bool) {
        let peer = outbound.withLock { $0.peer(ProcessID(id, incarnation)) }
        peer?.state.withLock { $0.isSuspect = isSuspect }
        tell(isSuspect ? .suspected : .alive, id, incarnation)
    }

    private func tell(_ kind: BusEvent.Kind, _ id: NodeID, _ incarnation: Incarnation, _ name: String? = nil) {
        let process = ProcessID(id, incarnation)
        let known = names.withLock { names in
            if let name { names[id] = name }
            return kind == .left || kind == .died ? names.removeValue(forKey: id) : names[id]
        }
        tell(BusEvent(kind, node: known ?? "", process: process))
        if let known { tellPresence(kind, known) }
    }
}
