// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How often faults of a kind that lasts begin, and how long they last.
public struct FaultTiming: Hashable, Sendable {
    /// The mean time from one beginning to the next; times lie between nothing and twice that.
    public var interval: Duration
    /// The mean time that one lasts (or, of a clock, that it jumps); times lie between nothing and twice that.
    public var duration: Duration

    /// Makes it.
    ///
    /// - Parameters:
    ///   - interval: The mean time from one beginning to the next; at least a microsecond counts.
    ///   - duration: The mean time that one lasts, or that a clock jumps.
    public init(every interval: Duration, lasting duration: Duration) {
        self.interval = interval
        self.duration = duration
    }
}

extension FaultTiming: CustomStringConvertible {
    /// Both times.
    public var description: String { "every \(interval) for \(duration)" }
}
