// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The machines of a simulation, for looking at.
///
/// Nodes are ordered by name; their positions in that order, from 0, are the fastest way to reach them.
public struct SimulatedNodes<Node: PeerMachine> {
    /// The names, in order.
    public let peers: ContiguousArray<Node.Event.Peer>
    @usableFromInline var machines: ContiguousArray<Node> = []
    @usableFromInline var states: ContiguousArray<NodeState>
    /// The position of the node that made the latest step, or started last.
    @inlinable public var latest: Int { latestPosition }
    @usableFromInline var latestPosition = 0

    @usableFromInline
    init(peers: [Node.Event.Peer]) {
        self.peers = ContiguousArray(peers.sorted())
        states = ContiguousArray(repeating: NodeState(), count: peers.count)
    }

    /// How many nodes there are, running or not.
    @inlinable public var count: Int { peers.count }

    /// Their positions.
    @inlinable public var positions: Range<Int> { 0..<peers.count }

    /// The machine in a position; of a node that is not running, as it was at its end.
    ///
    /// - Parameter position: Which one, from 0.
    @inlinable
    public subscript(_ position: Int) -> Node {
        _read { yield machines[position] }
    }

    /// Whether the node runs, paused or not.
    ///
    /// - Parameter position: Which one, from 0.
    /// - Returns: False from a crash until the start after it.
    @inlinable
    public func isRunning(_ position: Int) -> Bool { states[position].isRunning }

    /// Which process of the node it is: 0 for the first, and one more after each crash.
    ///
    /// - Parameter position: Which one, from 0.
    /// - Returns: How often it has started again.
    @inlinable
    public func run(_ position: Int) -> Int { Int(states[position].run) }

    /// The clock of a node.
    ///
    /// - Parameters:
    ///   - position: Which one, from 0.
    ///   - now: The time of the simulation.
    /// - Returns: What the node takes the time to be.
    @inlinable
    public func clock(of position: Int, at now: Instant) -> Instant {
        Instant(nanoseconds: states[position].clock.local(now.nanoseconds))
    }

    /// The position of a name; nil when nobody has it.
    ///
    /// - Parameter peer: The name.
    /// - Returns: The position.
    /// - Complexity: O(log n).
    @inlinable
    public func position(of peer: Node.Event.Peer) -> Int? {
        var low = 0
        var high = peers.count
        while low < high {
            let middle = (low &+ high) >> 1
            if peers[middle] < peer { low = middle &+ 1 } else { high = middle }
        }
        return low < peers.count && peers[low] == peer ? low : nil
    }

    /// The position of a name, looked for first behind the one that this sender addressed before: most send in order.
    @inlinable
    mutating func position(of peer: Node.Event.Peer, from sender: Int) -> Int? {
        var guess = Int(states[sender].lastReceiver) &+ 1
        if guess >= peers.count { guess = 0 }
        if peers[guess] != peer {
            guard let found = position(of: peer) else { return nil }
            guess = found
        }
        states[sender].lastReceiver = Int32(truncatingIfNeeded: guess)
        return guess
    }
}

/// What the simulation knows of a node.
@usableFromInline
struct NodeState: Sendable {
    @usableFromInline var isRunning = true
    /// How many episodes make it stand still.
    @usableFromInline var pauses: UInt16 = 0
    /// It ends within its next step.
    @usableFromInline var isDoomed = false
    @usableFromInline var run: UInt32 = 0
    @usableFromInline var lastReceiver: Int32 = -1
    /// Ticks one after the other at which its clock showed the same.
    @usableFromInline var idleTicks: Int32 = 0
    @usableFromInline var clock = SkewedClock()

    @usableFromInline init() {}

    @inlinable var isActive: Bool { isRunning && pauses == 0 }
}

extension SimulatedNodes: Sendable where Node: Sendable {}
