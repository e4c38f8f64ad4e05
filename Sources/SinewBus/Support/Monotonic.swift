// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims
import SinewCore

/// The clock that machines are told the time of.
enum Monotonic {
    /// The present instant.
    @inline(__always)
    static var now: Instant { Instant(nanoseconds: sinew_monotonic_nanoseconds()) }
}
