// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if PlantedBugs
/// Ways in which the bus can be told to be wrong, to see whether its simulation finds it.
package enum BusPlantedBug: String, CaseIterable, Sendable {
    /// Frames of an earlier link are taken that come when a later one stands.
    case endedLinkTaken
    /// Where a member of a queue group cannot be reached, all the others are sent the message.
    case groupSentTwice
    /// What is in doubt begins one message too late.
    case doubtTooShort
    /// Nobody is told of messages that were given up, unless another follows.
    case gapForgotten
    /// A welcome says that one more message has arrived than has.
    case welcomeTooHigh
    /// What a process wanted is kept when it is gone.
    case interestKept
    /// Who was away for longer than its life goes on as if nothing had been.
    case pauseUnnoticed
    /// More is sent than the peer has granted.
    case creditIgnored
}
#endif
