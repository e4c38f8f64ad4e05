// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension SimulatedNetwork {
    /// Whether messages pass from one node to another.
    ///
    /// - Parameters:
    ///   - sender: The position of the node that sends.
    ///   - receiver: The position of the node that receives.
    /// - Returns: False while a partition closes this direction.
    @inlinable
    public func isOpen(from sender: Int, to receiver: Int) -> Bool { links[sender &* nodes &+ receiver].closed == 0 }

    /// Closes one direction between two nodes. What is closed twice has to be opened twice.
    ///
    /// - Parameters:
    ///   - sender: The position of the node whose messages no longer pass.
    ///   - receiver: The position of the node that no longer gets them.
    public mutating func close(from sender: Int, to receiver: Int) { links[link(sender, receiver)].closed += 1 }

    /// Takes back one closing; of a direction that is open, nothing.
    ///
    /// - Parameters:
    ///   - sender: The position of the node whose messages pass again.
    ///   - receiver: The position of the node that gets them again.
    public mutating func open(from sender: Int, to receiver: Int) {
        let index = link(sender, receiver)
        if links[index].closed > 0 { links[index].closed -= 1 }
    }

    /// The place of a direction; traps where there is no such node, and would be another direction's place.
    private func link(_ sender: Int, _ receiver: Int) -> Int {
        precondition(0..<nodes ~= sender && 0..<nodes ~= receiver, "nodes are 0..<\(nodes), not \(sender), \(receiver)")
        return sender * nodes + receiver
    }

    /// Delays all that a node sends and receives.
    ///
    /// - Parameters:
    ///   - node: The position of the node.
    ///   - extra: How much longer each message takes, at most 208 days; zero ends it.
    public mutating func slow(_ node: Int, by extra: Duration) { slowness[node] = Self.bounded(extra) }

    /// Ends all faults, those of single messages too. What is on its way stays so.
    public mutating func heal() {
        kinds = []
        for index in links.indices { links[index].closed = 0 }
        for index in slowness.indices { slowness[index] = 0 }
    }

    /// Closes what a partition closes, and returns it.
    @usableFromInline
    mutating func beginPartition(_ kind: FaultKinds, using random: inout SeededRandom) -> [(from: Int, to: Int)] {
        let shape = PartitionShape(kind, nodes: nodes, using: &random)
        for (from, to) in shape.closed { close(from: from, to: to) }
        return shape.closed
    }

    /// Opens what the same partition has closed, and returns it.
    @usableFromInline
    mutating func endPartition(_ kind: FaultKinds, using random: inout SeededRandom) -> [(from: Int, to: Int)] {
        let shape = PartitionShape(kind, nodes: nodes, using: &random)
        for (from, to) in shape.closed { open(from: from, to: to) }
        return shape.closed
    }

    /// When a message on a link in order arrives that takes no time by itself: not before those that were sent earlier.
    @usableFromInline
    mutating func arrivalInOrder(from sender: Int, to receiver: Int, notBefore time: Int64) -> Int64 {
        let index = sender * nodes + receiver
        links[index].lastArrival = max(links[index].lastArrival, time)
        return links[index].lastArrival
    }
}

extension Int64 {
    @inlinable
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        // One below the largest number, which stands for never.
        return overflow ? (other < 0 ? .min : .max - 1) : sum
    }

}
