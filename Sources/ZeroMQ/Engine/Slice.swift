// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How long calls on a socket have gone on without letting others run, so that a loop that never waits does not keep a
/// thread of the pool to itself.
///
/// Time decides, not the number of calls: letting others run costs some microseconds, and what is done with a message
/// anything. But the clock is read once for many calls.
struct Slice {
    /// Calls that succeeded without suspending since the clock was last read, or are going to with messages laid out
    /// for them.
    private(set) var hits = 0
    private var began: ContinuousClock.Instant

    /// After so many hits the clock is read.
    static let hitsPerLook = 128
    /// How long others wait at most, if hits are quick. Measured: yielding costs 6 µs, a hundredth of this.
    static let length = Duration.microseconds(500)

    init(at now: ContinuousClock.Instant) { began = now }

    /// Whether the clock should be read now.
    var isLookDue: Bool { hits >= Slice.hitsPerLook }

    @inline(__always)
    mutating func hit(_ count: Int = 1) { hits += count }

    /// A call suspends: others run, and a new slice begins.
    mutating func begin(at now: ContinuousClock.Instant) {
        hits = 0
        began = now
    }

    /// Whether it is time to let others run; then a new slice begins.
    mutating func isOver(at now: ContinuousClock.Instant) -> Bool {
        hits = 0
        guard now - began >= Slice.length else { return false }
        began = now
        return true
    }
}
