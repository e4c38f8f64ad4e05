// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
public import SinewMembership

/// What the membership says and wants done.
extension BusControl {
    /// What a node says of itself: where it is, its name, and what else its user wants said.
    ///
    /// - Parameters:
    ///   - name: What the node is called; it becomes the attribute "name".
    ///   - endpoints: Where others can reach it, the best first.
    ///   - attributes: What else others should know; none of them is called "name".
    /// - Returns: The content of the node's record.
    /// - Throws: `MembershipError` when it is more than a record may have, or has a name twice.
    public static func content(
        name: String,
        endpoints: [String],
        attributes: [MemberContent.Attribute] = []
    ) throws(MembershipError) -> MemberContent {
        try MemberContent(endpoints: endpoints, attributes: [.init("name", name)] + attributes)
    }

    mutating func membershipStep(_ event: MembershipEvent, _ now: Instant, _ actions: inout Actions<Action>) {
        var wanted = Actions<MembershipAction>()
        membership.step(event, at: now, into: &wanted)
        for action in wanted { perform(action, now, &actions) }
    }

    private mutating func perform(_ action: MembershipAction, _ now: Instant, _ actions: inout Actions<Action>) {
        switch action {
        case .send(let message, let peer): send(.membership(message), to: peer, &actions)
        case .connect(let endpoint): connect(toSeed: endpoint, now, &actions)
        case .joined(let record):
            actions.append(.news(.joined(record)))
            welcomeMember(record, now, &actions)
        case .updated(let record):
            actions.append(.news(.updated(record)))
            update(record, now, &actions)
        case .suspected(let peer, let incarnation): actions.append(.news(.suspected(peer, incarnation)))
        case .alive(let peer, let incarnation): actions.append(.news(.alive(peer, incarnation)))
        case .left(let peer, let incarnation):
            bury(peer, incarnation, now, &actions)
            actions.append(.news(.left(peer, incarnation)))
            lookAtStartUp(now, &actions)
        case .died(let peer, let incarnation, let death):
            bury(peer, incarnation, now, &actions)
            actions.append(.news(.died(peer, incarnation, death)))
            lookAtStartUp(now, &actions)
        case .stalled(let peer, let incarnation): actions.append(.news(.stalled(peer, incarnation)))
        case .movedOn(let peer, let incarnation): actions.append(.news(.movedOn(peer, incarnation)))
        case .superseded(let later): superseded(by: later, &actions)
        }
    }

    private mutating func update(_ record: MemberRecord, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let place = index(of: record.id), peers[place].incarnation == record.incarnation else { return }
        let hadEndpoints = peers[place].record?.content.endpoints == record.content.endpoints
        peers[place].record = record
        // Where it is now it may well be reached.
        if !hadEndpoints, peers[place].outbound == nil { dial(record.id, now, &actions) }
    }

    /// Sends over the link to a peer, or not at all.
    private mutating func send(_ body: ControlFrame.Body, to id: NodeID, _ actions: inout Actions<Action>) {
        guard let place = index(of: id), let number = upLink(to: place) else {
            counters.withoutLink += 1
            return
        }
        actions.append(.send(ControlFrame(to: peers[place].incarnation, body), on: number))
    }

    /// The first word on a link that is up: our record, so that the peer can open a link to us.
    mutating func introduce(
        _ peer: BusPeer,
        on number: UInt32,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        let word = GossipRecord(membership.own, remaining: membership.own.lifetime)
        let message = MembershipMessage(from: incarnation, to: peer.incarnation, .records([word]))
        actions.append(.send(ControlFrame(to: peer.incarnation, .membership(message)), on: number))
        membershipStep(.sent(to: peer.id), now, &actions)
    }

    /// Who is at a seed is known: the membership asks it who else is there.
    mutating func meetSeed(_ seed: Int, _ peer: NodeID, _ now: Instant, _ actions: inout Actions<Action>) {
        seeds[seed].peer = peer
        let isHere = peer == id || index(of: peer).map { peers[$0].isSynced } ?? false
        if isHere { seeds[seed].isSynced = true }
        membershipStep(.connected(endpoint: seeds[seed].endpoint, to: peer), now, &actions)
        lookAtStartUp(now, &actions)
    }

    // MARK: From the user

    mutating func announce(
        _ attributes: [MemberContent.Attribute],
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        do {
            let endpoints = membership.own.content.endpoints
            let content = try Self.content(name: name, endpoints: endpoints, attributes: attributes)
            membershipStep(.announce(content), now, &actions)
        } catch {
            actions.append(.news(.announcementRejected(error)))
        }
    }

    mutating func report(_ progress: Progress, _ now: Instant, _ actions: inout Actions<Action>) {
        self.progress = progress
        membershipStep(.progress(progress), now, &actions)
    }
}
