// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Events that come to a node from its own surroundings: a disk that is done, a child process that ended.
public struct LocalEvents<Event> {
    @usableFromInline var pending: ContiguousArray<(event: Event, delay: Int64)> = []

    @inlinable
    init() {}

    /// Lets an event come to the node whose action is being performed, unless it ends before.
    ///
    /// - Parameters:
    ///   - event: What will have happened.
    ///   - delay: How much later, in the time of the simulation; zero at the earliest.
    @inlinable
    public mutating func schedule(_ event: Event, after delay: Duration) {
        pending.append((event, max(0, delay.wholeNanoseconds)))
    }
}

extension LocalEvents: Sendable where Event: Sendable {}
