// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Tells peers what this node wants, and knows what each of them wants, through loss, repetition and restarts.
///
/// What a node wants is a set of ``Interest``s with a version, a count and a hash. Changes go out as deltas from the
/// version that a peer has confirmed; a peer to whom they do not apply asks for repair, and gets older changes again or
/// a snapshot in parts. Whoever has everything is told the version, count and hash from time to time, so that also the
/// loss of the last message is noticed. Until a newer version is whole, the one before it stays valid.
///
/// Messages go to peers between ``InterestEvent/peerUp(_:_:)`` and ``InterestEvent/peerDown(_:)``. They may be lost,
/// repeated and reordered; one of another process of the sender or the receiver is dropped. While a peer answers
/// nothing it gets one small or at most ``InterestOptions/maximumMessageBytes`` long message per back-off.
///
/// A shell that wants `subscribe` to return once it is known everywhere remembers ``version`` after the step, and waits
/// until ``unconfirmed(_:)`` is empty: after each ``InterestAction/confirmed(_:by:)``, and when a peer goes.
///
/// The hash is good against accident, and no defence against malice: see ``InterestSummary/hash``.
public struct InterestExchange: PeerMachine, Sendable {
    /// What can happen to it.
    public typealias Event = InterestEvent
    /// What it wants done.
    public typealias Action = InterestAction

    /// The name of this node.
    public let node: NodeID
    /// Which process of the node this is.
    public let incarnation: Incarnation
    /// The limits and times.
    public let options: InterestOptions
    /// What was not taken in, and what was done again.
    public internal(set) var counters = InterestCounters()

    var local = LocalInterest()
    /// In the order of their names.
    var peers: [Peer] = []
    var deadlines = Deadlines<NodeID>()
    var sessions = InterestSessions()
    var chance: SplitMix64

    struct Peer: Sendable {
        let id: NodeID
        var incarnation: Incarnation
        var isUp = true
        var downSince = Instant.origin
        var held: HeldInterest
        var delivery: InterestDelivery
    }

    /// A node that wants nothing, and knows nobody.
    ///
    /// - Parameters:
    ///   - node: The name of this node.
    ///   - incarnation: Which process of the node this is: a higher number than that of any before it.
    ///   - options: The limits and times.
    ///   - seed: Where the chance of its delays comes from: another number for each node, so that not all speak at
    ///     once.
    public init(node: NodeID, incarnation: Incarnation, options: InterestOptions = InterestOptions(), seed: UInt64) {
        self.node = node
        self.incarnation = incarnation
        self.options = options
        chance = SplitMix64(seed: seed)
    }

    /// When something is to be sent again, or a peer to be told what there is; nil without peers.
    public var nextDeadline: Instant? { deadlines.next }

    /// Takes in one event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When; not before the instant of an earlier step.
    ///   - actions: Where what is to be done is appended, in order.
    /// - Complexity: A message costs O(log peers) and what is in it; a change of this node's interest, a message to
    ///   each peer that has confirmed what was before.
    public mutating func step(_ event: InterestEvent, at now: Instant, into actions: inout Actions<InterestAction>) {
        switch event {
        case .tick: tick(now, &actions)
        case .received(let message, let id): receive(message, from: id, now, &actions)
        case .subscribe(let interest): change(isAddition: true, interest, now, &actions)
        case .unsubscribe(let interest): change(isAddition: false, interest, now, &actions)
        case .peerUp(let id, let incarnation): peerUp(id, incarnation, now, &actions)
        case .peerDown(let id): peerDown(id, now)
        case .peerForgotten(let id): forget(id, &actions)
        }
    }

    private mutating func change(
        isAddition: Bool,
        _ interest: Interest,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        #if PlantedBugs
        let isLost = options.plantedBug == .lostUnsubscribe && peers.contains { $0.isUp && !$0.delivery.isReady }
        if isLost, !isAddition { return }
        #endif
        do {
            let isNews =
                isAddition
                ? try local.subscribe(interest, options)
                : try local.unsubscribe(interest, options)
            guard isNews else { return }
        } catch {
            counters.rejectedSubscriptions += 1
            actions.append(.rejected(interest, error))
            return
        }
        for place in peers.indices where peers[place].isUp && peers[place].delivery.isReady {
            peers[place].delivery.underWay = .nothing
            advance(place, now, &actions)
        }
    }

    /// The place of a peer, or where it would be.
    func place(of id: NodeID) -> (place: Int, isThere: Bool) {
        var low = 0
        var high = peers.count
        while low < high {
            let middle = (low + high) / 2
            if peers[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return (low, low < peers.count && peers[low].id == id)
    }
}
