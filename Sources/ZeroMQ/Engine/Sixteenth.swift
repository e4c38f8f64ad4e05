// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Chooses the calls that look whether their task was cancelled, and whether it is time to yield: asking costs as much
/// as the lock.
///
/// The numbers are chosen by multiples of the golden ratio, and are not every sixteenth, so that tasks which take turns
/// at a socket all look soon: of any arithmetic progression, too, a sixteenth is chosen (Weyl; Knuth, The Art of
/// Computer Programming 3, 6.4). That holds for numbers that are never set back.
enum Sixteenth {
    @inline(__always)
    static func contains(_ number: UInt64) -> Bool { number &* 0x9E37_79B9_7F4A_7C15 < 1 << 60 }
}
