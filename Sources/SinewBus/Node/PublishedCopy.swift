// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore

/// A message as it goes to one process of another node.
public struct PublishedCopy: Sendable, Hashable {
    /// Whom it goes to.
    public let process: ProcessID
    /// Its number among the messages from this process to that one: ``BusMessage/sequence`` there, and what the ranges
    /// of ``BusEvent/Kind`` are about.
    public let sequence: UInt64
    /// Whether it was not sent; an event says why.
    public let isDropped: Bool
}
