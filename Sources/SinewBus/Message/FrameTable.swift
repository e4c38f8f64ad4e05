// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// The frames that queued messages are in, oldest first, each with a number that is higher than those before.
struct FrameTable: Sendable {
    private var frames: Deque<(number: UInt64, frame: MessageOrigin)> = []
    private var next: UInt64 = 0

    /// How many there are.
    var count: Int { frames.count }

    mutating func append(_ frame: MessageOrigin) -> UInt64 {
        defer { next += 1 }
        frames.append((next, frame))
        return next
    }

    /// The last one was of no use.
    mutating func removeLast() { _ = frames.popLast() }

    /// Lets go of all before one.
    mutating func removeAll(before number: UInt64) {
        while let first = frames.first, first.number < number { frames.removeFirst() }
    }

    /// Lets go of all but some.
    ///
    /// - Parameter numbers: Those that are kept, in any order, also more than once.
    mutating func keep(_ numbers: [UInt64]) {
        let wanted = Set(numbers)
        frames = Deque(frames.filter { wanted.contains($0.number) })
    }

    /// Hands all of them over, in exchange for a table that is no longer of use.
    mutating func take(into other: inout FrameTable) {
        other.frames.removeAll(keepingCapacity: true)
        swap(&frames, &other.frames)
    }

    /// A frame, which is there.
    subscript(number: UInt64) -> MessageOrigin? {
        guard let first = frames.first else { return nil }
        // Nearly always none was left out.
        if let guess = Int(exactly: number &- first.number), guess < frames.count, frames[guess].number == number {
            return frames[guess].frame
        }
        var low = 0
        var high = frames.count
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < frames.count && frames[low].number == number ? frames[low].frame : nil
    }
}
