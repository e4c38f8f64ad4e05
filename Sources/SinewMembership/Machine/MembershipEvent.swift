// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What can happen to a node's membership.
public enum MembershipEvent: PeerEvent, Hashable, Sendable {
    /// The time that it asked for has come.
    case tick
    /// A message came.
    case received(MembershipMessage, from: NodeID)
    /// A connection to a seed stands, and this is who is at its other end: the shell knows from the authenticated key,
    /// or from what the two ends said to each other before anything else.
    case connected(endpoint: String, to: NodeID)
    /// Any other traffic came from a member, which counts as a sign of life. Once in a while is enough where there is
    /// much.
    case heard(NodeID, Incarnation)
    /// Any other traffic went to a member, which needs no ping for a while.
    case sent(to: NodeID)
    /// How far our own work is; the others learn it with the next pings.
    case progress(Progress)
    /// What others should know of us has changed.
    case announce(MemberContent)
    /// Bytes came that are no message: see ``MembershipMessage/init(decoding:limits:)``. They are counted.
    case undecodable
    /// Leave on purpose: the others are told, and nothing is done any more.
    case leave
}
