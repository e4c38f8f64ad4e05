// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if PlantedBugs
/// Ways in which the machines of this module can be told to be wrong, to see whether the simulations find it.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// What an earlier process of a node said counts as if it were said by the present one.
    case staleIncarnation
    /// Silence is judged by one's own time-to-live instead of the one that the peer announced.
    case wrongTimeToLive
    /// A member whose life has run out stays in the view.
    case expiryIgnored
    /// Who passes a record on gives it all of its life again, and a copy of what is known already lengthens it.
    case relayLengthensLife
    /// Nothing is remembered of who left or died, so that old gossip brings it back.
    case tombstoneForgotten
    /// The last subscriber of a filter leaves while something is under way to a peer, and nobody is told.
    case lostUnsubscribe
    /// Count and hash of what a peer says it wants are not compared.
    case digestUnchecked
    /// The first part of a snapshot is taken for the whole.
    case snapshotAppliedInPart
    /// A version is confirmed that was announced but is not here.
    case wrongVersionConfirmed
}
#endif
