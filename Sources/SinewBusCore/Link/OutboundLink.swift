// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// One link of ours to somebody, from the attempt to open it to its end. Its number is never used again.
struct OutboundLink: Sendable {
    enum State: Hashable, Sendable {
        /// The connections are being made.
        case opening
        /// They stand, and hello was said.
        case greeting
        /// The other end let us in.
        case up(since: Instant)
    }

    let number: UInt32
    let endpoint: String
    /// Whom it leads to, or is meant to; nil while only the other end of a seed's link knows.
    var target: NodeID?
    /// For which process its hello is; nil for whichever is there.
    let destination: Incarnation?
    var state = State.opening

    var isUp: Bool { if case .up = state { true } else { false } }

    /// Whether the other end has heard of it, or will: of several such links it takes the one with the highest number.
    var isCommitted: Bool { state != .opening }
}
