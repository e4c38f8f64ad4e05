// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
package import SinewMembership
import SinewTesting

/// A node of the simulation: the machine, and what somebody sees who uses it.
///
/// It counts subscriptions by itself, and follows what the machine says of its peers, so that the machine's word can be
/// compared with what happened. Some of what comes in is damaged on its way, in its contents.
package struct InterestNode: PeerMachine, Sendable {
    package enum Event: PeerEvent, Sendable {
        case tick
        case received(InterestMessage, from: NodeID)
        case subscribe(Int)
        case unsubscribe(Int)
        case peerUp(NodeID, Incarnation)
        case peerDown(NodeID)
        case peerForgotten(NodeID)
    }

    package typealias Action = InterestAction

    private(set) var exchange: InterestExchange
    /// What is wanted, by the subscriptions that were made: a bit for each interest of the universe.
    private(set) var wanted: UInt64 = 0
    /// What each peer wants, by the changes that the machine has told, by position.
    private(set) var followed: ContiguousArray<UInt64>
    /// Whether a change told something to come that was there, or to go that was not.
    private(set) var hasFollowed = true
    /// Whether what was told to be confirmed is what the machine says is confirmed.
    private(set) var areConfirmationsTold = true
    /// The position of the peer that the last event was about, or -1.
    private(set) var touched = -1
    /// The peers that were forgotten, by position.
    private(set) var forgotten: ContiguousArray<Bool>
    private var subscribers = ContiguousArray<UInt16>(repeating: 0, count: InterestUniverse.count)
    private let universe: InterestUniverse
    private var damages: Int
    private var random: SeededRandom

    init(_ exchange: InterestExchange, peers: Int, universe: InterestUniverse, damages: Int, random: SeededRandom) {
        self.exchange = exchange
        followed = ContiguousArray(repeating: 0, count: peers)
        forgotten = ContiguousArray(repeating: false, count: peers)
        self.universe = universe
        self.damages = damages
        self.random = random
    }

    static func position(of id: NodeID) -> Int { Int(truncatingIfNeeded: id.low) }

    package var nextDeadline: Instant? { exchange.nextDeadline }

    package mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<InterestAction>) {
        touched = -1
        let first = actions.count
        switch event {
        case .tick: exchange.step(.tick, at: now, into: &actions)
        case .received(let message, let id):
            touched = Self.position(of: id)
            let before = exchange.confirmedVersion(by: id)
            exchange.step(.received(damaged(message), from: id), at: now, into: &actions)
            checkTold(before, exchange.confirmedVersion(by: id), id, actions)
        case .subscribe(let number):
            subscribers[number] += 1
            wanted |= 1 << UInt64(number)
            exchange.step(.subscribe(universe.interests[number]), at: now, into: &actions)
        case .unsubscribe(let number):
            if subscribers[number] > 0 { subscribers[number] -= 1 }
            if subscribers[number] == 0 { wanted &= ~(1 << UInt64(number)) }
            exchange.step(.unsubscribe(universe.interests[number]), at: now, into: &actions)
        case .peerUp(let id, let incarnation):
            touched = Self.position(of: id)
            exchange.step(.peerUp(id, incarnation), at: now, into: &actions)
        case .peerDown(let id):
            touched = Self.position(of: id)
            exchange.step(.peerDown(id), at: now, into: &actions)
        case .peerForgotten(let id):
            touched = Self.position(of: id)
            forgotten[touched] = true
            exchange.step(.peerForgotten(id), at: now, into: &actions)
        }
        if actions.count > first { follow(actions) }
    }

    private mutating func follow(_ actions: Actions<InterestAction>) {
        for action in actions {
            guard case .peerInterestChanged(let id, let difference) = action else { continue }
            let position = Self.position(of: id)
            guard let added = universe.mask(of: difference.added), let removed = universe.mask(of: difference.removed),
                added & followed[position] == 0, removed & ~followed[position] == 0, added & removed == 0
            else {
                hasFollowed = false
                continue
            }
            followed[position] = followed[position] & ~removed | added
        }
    }

    /// A version that a peer has confirmed is told, once for each time, and no other.
    private mutating func checkTold(
        _ before: UInt64?,
        _ after: UInt64?,
        _ peer: NodeID,
        _ actions: Actions<InterestAction>
    ) {
        var told: UInt64?
        for case .confirmed(let version, peer) in actions {
            if told != nil { areConfirmationsTold = false }
            told = version
        }
        let isTold = told == nil ? after == nil || after == before : told == after
        if !isTold { areConfirmationsTold = false }
    }

    // MARK: Damage

    private mutating func damaged(_ message: InterestMessage) -> InterestMessage {
        guard damages > 0 else { return message }
        let body: InterestMessage.Body
        switch message.body {
        case .delta(let delta): body = .delta(damaged(delta))
        case .snapshot(let part) where !part.interests.isEmpty: body = .snapshot(damaged(part))
        case .statement(let summary):
            let hash = summary.hash ^ 1 << UInt64.random(in: 0...63, using: &random)
            body = .statement(InterestSummary(version: summary.version, count: summary.count, hash: hash))
        default: return message
        }
        guard UInt8.random(in: 0..<8, using: &random) == 0 else { return message }
        damages -= 1
        return InterestMessage(body, from: message.sender, to: message.destination)
    }

    private mutating func damaged(_ delta: InterestDelta) -> InterestDelta {
        var changes = delta.changes
        let place = Int.random(in: changes.indices, using: &random)
        changes[place] = InterestChange(isAddition: Bool.random(using: &random), any())
        return InterestDelta(from: delta.from, changes: changes, result: delta.result)
    }

    private mutating func damaged(_ part: InterestSnapshotPart) -> InterestSnapshotPart {
        var interests = part.interests
        interests[Int.random(in: interests.indices, using: &random)] = any()
        return InterestSnapshotPart(whole: part.whole, offset: part.offset, interests: interests)
    }

    private mutating func any() -> Interest {
        universe.interests[Int.random(in: universe.interests.indices, using: &random)]
    }
}
