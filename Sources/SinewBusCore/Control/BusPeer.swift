// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// One process of another node, as it said itself in its hello or its welcome.
public struct BusPeer: Hashable, Sendable {
    /// The name of its node among others.
    public let id: NodeID
    /// Which process of the node.
    public let incarnation: Incarnation
    /// What the node is called.
    public let name: String
    /// The largest frame on a data lane that it takes, in bytes.
    public let maximumFrameBytes: UInt64
    /// How many bytes of data frames may be on their way to it before it says that it has them.
    public let windowBytes: UInt64

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - id: The name of its node.
    ///   - incarnation: Which process of the node.
    ///   - name: What the node is called.
    ///   - maximumFrameBytes: The largest data frame that it takes.
    ///   - windowBytes: How many bytes may be on their way to it.
    public init(id: NodeID, incarnation: Incarnation, name: String, maximumFrameBytes: UInt64, windowBytes: UInt64) {
        self.id = id
        self.incarnation = incarnation
        self.name = name
        self.maximumFrameBytes = maximumFrameBytes
        self.windowBytes = windowBytes
    }

    init(_ id: NodeID, _ incarnation: Incarnation, _ greeting: Greeting) {
        self.init(
            id: id,
            incarnation: incarnation,
            name: greeting.name,
            maximumFrameBytes: greeting.maximumFrameBytes,
            windowBytes: greeting.windowBytes
        )
    }
}

extension BusPeer: CustomStringConvertible {
    /// The node's name and id, and the incarnation.
    public var description: String { "\(name) (\(id).\(incarnation))" }
}
