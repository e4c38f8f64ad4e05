// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims

/// The time of day: only for incarnations, which have to rise from process to process.
enum WallClock {
    /// Nanoseconds since 1970.
    static var nanoseconds: Int64 { sinew_wall_nanoseconds() }
}
