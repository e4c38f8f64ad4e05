// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// A few nodes and the messages between them, delivered in order, one after the other, by hand.
struct InterestNet {
    struct Flight {
        let from: Int
        let to: Int
        let message: InterestMessage
    }

    var nodes: [InterestExchange] = []
    var flights: [Flight] = []
    var now = Instant.origin
    /// What becomes of a message: nil when it is lost.
    var carry: (Flight) -> InterestMessage? = { $0.message }
    /// Everything that was done but sending, with who did it.
    var done: [(node: Int, action: InterestAction)] = []
    var sent = 0

    init(_ count: Int, options: InterestOptions = InterestOptions()) {
        for number in 0..<count { nodes.append(Self.machine(number, run: 1, options)) }
    }

    static func machine(_ number: Int, run: UInt64, _ options: InterestOptions) -> InterestExchange {
        InterestExchange(
            node: id(number),
            incarnation: Incarnation(rawValue: run),
            options: options,
            seed: UInt64(number) << 32 | run
        )
    }

    static func id(_ number: Int) -> NodeID { NodeID(high: 7, low: UInt64(number)) }

    mutating func step(_ node: Int, _ event: InterestEvent) {
        var actions = Actions<InterestAction>()
        nodes[node].step(event, at: now, into: &actions)
        for action in actions {
            if case .send(let message, let peer) = action {
                sent += 1
                flights.append(Flight(from: node, to: Int(peer.low), message: message))
            } else {
                done.append((node, action))
            }
        }
    }

    /// Connects two nodes, as both see it.
    mutating func connect(_ left: Int, _ right: Int) {
        step(left, .peerUp(Self.id(right), nodes[right].incarnation))
        step(right, .peerUp(Self.id(left), nodes[left].incarnation))
    }

    mutating func disconnect(_ left: Int, _ right: Int) {
        step(left, .peerDown(Self.id(right)))
        step(right, .peerDown(Self.id(left)))
        flights.removeAll { ($0.from, $0.to) == (left, right) || ($0.from, $0.to) == (right, left) }
    }

    /// The place of a node is taken by a new process, which the others hear of when they connect.
    mutating func restart(_ node: Int) {
        let run = nodes[node].incarnation.rawValue + 1
        nodes[node] = Self.machine(node, run: run, nodes[node].options)
    }

    /// Delivers one message; false when there is none.
    @discardableResult
    mutating func deliver() -> Bool {
        guard !flights.isEmpty else { return false }
        let flight = flights.removeFirst()
        guard let message = carry(flight) else { return true }
        step(flight.to, .received(message, from: Self.id(flight.from)))
        return true
    }

    /// Delivers what is under way, and what that brings about; how many there were.
    @discardableResult
    mutating func settle(limit: Int = 10_000) -> Int {
        var count = 0
        while count < limit, deliver() { count += 1 }
        return count
    }

    /// Lets time pass, with all that falls due in it.
    mutating func pass(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let next = nodes.compactMap(\.nextDeadline).min(), next <= end {
            now = max(now, next)
            for node in nodes.indices where nodes[node].nextDeadline.map({ $0 <= now }) ?? false { step(node, .tick) }
            settle()
        }
        now = end
    }

    /// What one node holds of another.
    func held(by holder: Int, of owner: Int) -> PeerInterest? { nodes[holder].interest(of: Self.id(owner)) }

    /// What follows from the changes that a node was told of another.
    func followed(by holder: Int, of owner: Int) -> Set<Interest>? {
        var wanted: Set<Interest> = []
        for case (holder, .peerInterestChanged(Self.id(owner), let difference)) in done {
            for interest in difference.removed where wanted.remove(interest) == nil { return nil }
            for interest in difference.added where !wanted.insert(interest).inserted { return nil }
        }
        return wanted
    }

    func confirmations(at owner: Int, by holder: Int) -> [UInt64] {
        done.compactMap { node, action in
            if node == owner, case .confirmed(let version, Self.id(holder)) = action { version } else { nil }
        }
    }
}

extension PeerInterest {
    var wanted: Set<Interest> { Set(interests) }
}
