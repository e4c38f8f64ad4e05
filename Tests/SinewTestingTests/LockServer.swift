// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting

/// A lock handed out by one server to its clients, with mistakes that can be chosen: the plainest system that breaks in
/// each of the ways in which a network is bad.
struct LockNode: PeerMachine {
    enum Message: Hashable, Sendable {
        case request
        case grant(number: Int)
        case release(number: Int)
    }

    enum Event: PeerEvent, Sendable {
        case tick
        case received(Message, from: Int)
        case wanted
    }

    enum Action: PeerAction, Sendable {
        case send(Message, to: Int)
        case entered(Int)
        case left(Int)

        var outgoing: Outgoing<Int, Message>? {
            if case .send(let message, let peer) = self { Outgoing(message, to: peer) } else { nil }
        }
    }

    enum Mistake: Sendable, CaseIterable {
        /// A release is taken for one of whoever holds the lock now.
        case believesOldReleases
        /// The client asks once; if that is lost, it waits for ever.
        case asksOnce
        /// The server gives up a holder that it has not heard of for a while, though the holder does not know.
        case takesBack
    }

    let name: Int
    let mistakes: [Mistake]
    /// The server's: who holds the lock, under which number, and who waits.
    var holder: Int?
    var number = 0
    var waiting: [Int] = []
    var lastHeard = Instant.origin
    /// The client's.
    var isWanting = false
    var held: Int?
    var newest = 0
    var nextDeadline: Instant?

    static let server = 0
    static let patience = Duration.milliseconds(50)

    mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        switch event {
        case .tick:
            guard let deadline = nextDeadline, deadline <= now else { return }
            nextDeadline = nil
            if name == Self.server {
                if let holder, mistakes.contains(.takesBack), lastHeard.advanced(by: Self.patience) <= now {
                    release(holder, number, at: now, into: &actions)
                }
                if let holder {
                    actions.append(.send(.grant(number: number), to: holder))
                    nextDeadline = now.advanced(by: Self.patience)
                }
            } else if held != nil {
                leave(into: &actions)
            } else if isWanting {
                ask(at: now, into: &actions)
            }
        case .wanted:
            guard name != Self.server, !isWanting, held == nil else { return }
            isWanting = true
            ask(at: now, into: &actions)
        case .received(.request, let client):
            if !waiting.contains(client) && holder != client { waiting.append(client) }
            grant(at: now, into: &actions)
        case .received(.release(let released), let client):
            release(client, released, at: now, into: &actions)
        case .received(.grant(let granted), _):
            if isWanting, held == nil, granted > newest {
                isWanting = false
                newest = granted
                held = granted
                actions.append(.entered(granted))
                nextDeadline = now.advanced(by: .milliseconds(20))
            } else if held != granted {
                actions.append(.send(.release(number: granted), to: Self.server))
            }
        }
    }

    private mutating func ask(at now: Instant, into actions: inout Actions<Action>) {
        actions.append(.send(.request, to: Self.server))
        if !mistakes.contains(.asksOnce) { nextDeadline = now.advanced(by: Self.patience) }
    }

    private mutating func leave(into actions: inout Actions<Action>) {
        guard let number = held else { return }
        held = nil
        actions.append(.left(number))
        actions.append(.send(.release(number: number), to: Self.server))
    }

    private mutating func grant(at now: Instant, into actions: inout Actions<Action>) {
        guard holder == nil, !waiting.isEmpty else { return }
        number += 1
        let client = waiting.removeFirst()
        holder = client
        lastHeard = now
        actions.append(.send(.grant(number: number), to: client))
        nextDeadline = now.advanced(by: Self.patience)
    }

    private mutating func release(_ client: Int, _ released: Int, at now: Instant, into actions: inout Actions<Action>)
    {
        let isCurrent = mistakes.contains(.believesOldReleases) || (holder == client && number == released)
        guard isCurrent else { return }
        holder = nil
        grant(at: now, into: &actions)
    }
}

/// A server, some clients, and the promise that the lock has one holder at a time.
struct LockSystem: SimulatedSystem {
    typealias Node = LockNode

    var clients = 3
    var mistakes: [LockNode.Mistake] = []
    var inside: [Int] = []
    var entries = 0

    var peers: [Int] { Array(0...clients) }

    mutating func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> LockNode {
        LockNode(name: peer, mistakes: mistakes)
    }

    mutating func nextInput(at now: Instant, using random: inout SeededRandom) -> (peer: Int, event: LockNode.Event)? {
        (Int.random(in: 1...clients, using: &random), .wanted)
    }

    mutating func perform(
        _ action: LockNode.Action,
        of peer: Int,
        at now: Instant,
        events: inout LocalEvents<LockNode.Event>
    ) throws(Violation) {
        switch action {
        case .entered:
            entries += 1
            inside.append(peer)
        case .left: inside.removeAll { $0 == peer }
        case .send: break
        }
    }

    func check(_ nodes: SimulatedNodes<LockNode>, after peer: Int, at now: Instant) throws(Violation) {
        guard inside.count <= 1 else { throw Violation("mutual exclusion", "\(inside) hold the lock") }
    }

    func checkHealed(_ nodes: SimulatedNodes<LockNode>, at now: Instant) throws(Violation) {
        for position in nodes.positions where nodes[position].isWanting {
            throw Violation("everyone gets the lock", "\(nodes.peers[position]) waits")
        }
    }

    func trace(_ event: LockNode.Event, into hash: inout TraceHash) {
        switch event {
        case .tick: hash.combine(1)
        case .wanted: hash.combine(2)
        case .received(.request, _): hash.combine(3)
        case .received(.grant(let number), _): hash.combine(4 + 8 * number)
        case .received(.release(let number), _): hash.combine(5 + 8 * number)
        }
    }
}
