// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// The link of a peer to us that is let in: what goes back over our own link is how far we are with its data lane.
struct InboundLink: Sendable {
    let number: UInt32
    /// Whether the shell has said how far it is with the opener's messages, and the opener has his welcome.
    var isWelcomed = false
    /// Whether anything came over it after the hello: then the opener has read our welcome.
    var hasSpoken = false

    /// Whether it is due to be told how far we are, so that this is not looked up for each data frame.
    var isDue = false

    /// How far we are.
    var received: UInt64 = 0
    var granted: UInt64
    /// What of that the opener was told over our present link to it.
    var toldReceived: UInt64 = 0
    var toldGranted: UInt64

    init(number: UInt32, windowBytes: UInt64) {
        self.number = number
        granted = windowBytes
        toldGranted = windowBytes
    }

    var position: LanePosition { LanePosition(link: number, received: received, granted: granted) }

    /// Whether there is something to tell.
    var hasNews: Bool { received != toldReceived || granted != toldGranted }

    /// Whether so much was consumed that the opener should know at once.
    func isUrgent(windowBytes: UInt64) -> Bool { granted - toldGranted >= max(1, windowBytes / 4) }

    mutating func tell() { (toldReceived, toldGranted) = (received, granted) }
}
