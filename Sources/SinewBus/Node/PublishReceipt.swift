// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// To how many a message went. That it went says nothing about its arrival: see ``BusEvent/Kind``.
public struct PublishReceipt: Sendable, Hashable {
    /// How many other nodes it is on its way to.
    public internal(set) var peers = 0
    /// Whether subscriptions of this node want it.
    public internal(set) var isLocal = false
    /// How many nodes wanted it and did not get it; the node's events say which, and why.
    public internal(set) var dropped = 0

    /// Whether nobody wants it.
    public var isUnwanted: Bool { peers == 0 && !isLocal && dropped == 0 }
}
