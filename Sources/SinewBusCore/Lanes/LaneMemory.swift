// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How far the lanes to forgotten processes had come: who was given up and turns out to be alive gets no number twice.
///
/// A process can take another for dead that does not take it for dead. Its next lane to the same process then goes on
/// where the last one ended, so that what was in doubt keeps its numbers, and the receiver is not told old ones.
public struct LaneMemory: Sendable {
    /// The most processes that are remembered.
    public let maximum: Int
    // Oldest first.
    private var entries: [(process: ProcessID, last: UInt64)] = []
    /// The highest number of those that there was no room for.
    private var floor: UInt64 = 0

    /// A memory of nobody.
    ///
    /// - Parameter maximum: The most processes that are remembered; below 1 counts as 1. For one that was displaced, a
    ///   lane goes on after the highest number of all those.
    public init(maximum: Int = 1024) { self.maximum = max(1, maximum) }

    /// How many processes are remembered.
    public var count: Int { entries.count }

    /// Takes note that a process is forgotten.
    ///
    /// - Parameters:
    ///   - process: The process.
    ///   - last: The last number that its lane gave to a message; where that is 0, there is nothing to remember.
    /// - Complexity: O(n) in the remembered processes.
    public mutating func forget(_ process: ProcessID, last: UInt64) {
        guard last > 0 else { return }
        entries.removeAll { $0.process == process }
        entries.append((process, last))
        guard entries.count > maximum else { return }
        floor = max(floor, entries.removeFirst().last)
    }

    /// The number after which a lane to a process begins; it is not remembered any longer.
    ///
    /// - Parameter process: The process.
    /// - Returns: The last number that any earlier lane to it gave, or a higher one; 0 where there was none.
    /// - Complexity: O(n) in the remembered processes.
    public mutating func recall(_ process: ProcessID) -> UInt64 {
        guard let place = entries.firstIndex(where: { $0.process == process }) else { return floor }
        return entries.remove(at: place).last
    }
}
