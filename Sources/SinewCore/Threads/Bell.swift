// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims

/// What one thread sleeps on until another one rings. Ringing before it sleeps is not lost.
@safe
package final class Bell: @unchecked Sendable {
    // The bell is guarded by a mutex of its own, and is at an address that never changes.
    private let bell: UnsafeMutablePointer<sinew_bell_t>

    package init() {
        unsafe bell = .allocate(capacity: 1)
        unsafe sinew_bell_init(bell)
    }

    deinit {
        unsafe sinew_bell_destroy(bell)
        unsafe bell.deallocate()
    }

    /// Wakes the thread that sleeps, or keeps it from sleeping the next time.
    package func ring() { unsafe sinew_bell_ring(bell) }

    /// Sleeps until somebody rings.
    ///
    /// - Parameter limit: How long at most; nil for ever.
    package func wait(atMost limit: Duration? = nil) {
        unsafe sinew_bell_wait(bell, limit.map { max(0, $0.wholeNanoseconds) } ?? -1)
    }
}
