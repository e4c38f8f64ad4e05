// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// One link from a process to another, as both ends name it: who opened it, and which of his links it is.
///
/// A link is two connections, one for each lane, that stand and end together. Every link that a process opens has a
/// higher number than those before it, to whomever they were: so of two links of one process to another, the one with
/// the higher number is the later one.
public struct LinkID: Hashable, Sendable {
    /// Who opened it.
    public let node: NodeID
    /// Which process of that node.
    public let incarnation: Incarnation
    /// Which of that process's links; the first is 1.
    public let number: UInt32

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - node: Who opened the link.
    ///   - incarnation: Which process of that node.
    ///   - number: Which of that process's links.
    public init(_ node: NodeID, _ incarnation: Incarnation, number: UInt32) {
        self.node = node
        self.incarnation = incarnation
        self.number = number
    }
}

extension LinkID: Comparable {
    /// By node, then incarnation, then number.
    public static func < (left: LinkID, right: LinkID) -> Bool {
        if left.node != right.node { return left.node < right.node }
        if left.incarnation != right.incarnation { return left.incarnation < right.incarnation }
        return left.number < right.number
    }
}

extension LinkID: CustomStringConvertible {
    /// The three parts with dots between them.
    public var description: String { "\(node).\(incarnation).\(number)" }
}

/// What a connection of a link carries. Lanes are not ordered against each other.
public enum Lane: UInt8, Hashable, Sendable, CaseIterable {
    /// Handshake, membership, interest, positions: never behind data.
    case control = 1
    /// Messages.
    case data = 2
}
