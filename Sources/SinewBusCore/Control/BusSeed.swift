// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// A seed, as far as links and interest go; when it is tried is the membership's to say.
struct BusSeed: Sendable {
    let endpoint: String
    /// Who answered there last.
    var peer: NodeID?
    /// Whether the interest of whoever was there has been here whole; of ourselves it always is.
    var isSynced = false
    /// Whether whoever was there has said who else there is.
    var hasListed = false
    /// How many links to it in a row could not be made.
    var failures: UInt64 = 0
    /// Before this it is not tried, whatever the membership says: it refused us for good.
    var notBefore: Instant?
}
