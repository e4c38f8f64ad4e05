// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How far the work of a node is, told apart from whether its input and output answer.
///
/// A process whose I/O thread answers while its workers hang looks alive, and one that is busy for a long time looks
/// dead where only the end of work counts (majordomo#45). So a node counts what it does, in units of its own choice,
/// small enough that a healthy one finishes some within the peers' ``HeartbeatOptions/stallTimeout``.
public struct Progress: Hashable, Sendable {
    /// How much was done since the process started: any unit, as long as it grows.
    public var completed: UInt64
    /// Whether there is work that was not done yet.
    public var isWorkWaiting: Bool

    /// Says how far the work is.
    ///
    /// - Parameters:
    ///   - completed: How much was done since the process started.
    ///   - isWorkWaiting: Whether there is work that was not done yet.
    public init(completed: UInt64 = 0, isWorkWaiting: Bool = false) {
        self.completed = completed
        self.isWorkWaiting = isWorkWaiting
    }
}
