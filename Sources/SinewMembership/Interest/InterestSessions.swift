// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The numbers of sessions that a node gives as a holder: each is higher than all before it.
///
/// One count for all peers, so that also a peer that was forgotten and came back gets a new one.
struct InterestSessions: Sendable {
    private var last: UInt64 = 0

    mutating func next() -> UInt64 {
        last += 1
        return last
    }
}
