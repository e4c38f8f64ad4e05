// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// One process of a node: what ends when the process ends, and never comes back.
///
/// A node that is started again has the same ``node`` and a higher ``incarnation``, hence another process: an answer or
/// a cancellation of the earlier one never counts as one of the later.
public struct ProcessID: Hashable, Sendable {
    /// The node.
    public let node: NodeID
    /// Which process of that node.
    public let incarnation: Incarnation

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - incarnation: Which process of that node.
    @inlinable
    public init(_ node: NodeID, _ incarnation: Incarnation) {
        self.node = node
        self.incarnation = incarnation
    }
}

extension ProcessID {
    /// A word for a process, of which there are few. Peers choose their names, and so whether two have one in common.
    @inlinable package var word: UInt64 { node.high ^ node.low ^ incarnation.rawValue &* 0x9E37_79B9_7F4A_7C15 }
}

extension ProcessID: Comparable {
    /// By node, then incarnation.
    @inlinable
    public static func < (left: ProcessID, right: ProcessID) -> Bool {
        left.node != right.node ? left.node < right.node : left.incarnation < right.incarnation
    }
}

extension ProcessID: CustomStringConvertible {
    /// The node and the incarnation with a dot between them.
    public var description: String { "\(node).\(incarnation)" }
}
