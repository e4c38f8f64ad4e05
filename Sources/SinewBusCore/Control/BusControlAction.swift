// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

/// What a ``BusControl`` wants done, in this order.
///
/// Of a link of ours there is ``open(_:endpoint:)`` first and ``close(_:)`` last, each once, and in between at most one
/// ``linkUp(_:_:received:)`` with its ``linkDown(_:_:)``. Of the links of one node to us at most one is up:
/// ``inboundUp(_:_:)`` and ``inboundDown(_:)`` alternate.
public enum BusControlAction: Sendable {
    // MARK: Our own links

    /// Make the two connections of a link with this number, and say ``BusControlEvent/opened(_:)`` or
    /// ``BusControlEvent/closed(_:)``: also when the endpoint, which may come from a peer, is none that can be used.
    case open(UInt32, endpoint: String)
    /// End a link: what was sent on its control lane before still goes out if it can at once.
    case close(UInt32)
    /// Send this over our control lane. It may be lost with the link.
    case send(ControlFrame, on: UInt32)
    /// Data may be sent over a link of ours. The last message that the peer has of those that we sent before; nil when
    /// it knows of none.
    case linkUp(UInt32, BusPeer, received: UInt64?)
    /// Nothing goes over a link of ours any more: what the peer has not confirmed is in doubt.
    case linkDown(UInt32, BusPeer)
    /// How far the peer is with the data lane of a link of ours.
    case granted(UInt32, LanePosition)
    /// That process is gone for good, or was given up: nothing more is to be sent to it.
    case forgetOutbound(NodeID, Incarnation)

    // MARK: The links of others to us

    /// Answer by our ROUTER, over the control lane of a link.
    case answer(ControlFrame, to: LinkID)
    /// Take the data of a link from now on, and say ``BusControlEvent/accepted(_:received:)``.
    case inboundUp(LinkID, BusPeer)
    /// Take nothing more that comes over a link.
    case inboundDown(LinkID)
    /// That process is gone for good, or was given up: forget how far we were with it.
    case forgetInbound(NodeID, Incarnation)

    // MARK: Interest

    /// What a peer wants has changed, as far as is known.
    case interestChanged(BusPeer, InterestDifference)
    /// A peer has this version of our interest, and so has every earlier one.
    case interestConfirmed(UInt64, by: NodeID)
    /// A peer does not take this version of our interest, because it has more than the peer allows.
    case interestRefused(UInt64, by: NodeID)
    /// A ``BusControlEvent/subscribe(_:)`` or ``BusControlEvent/unsubscribe(_:)`` changed nothing.
    case interestRejected(Interest, InterestError)

    // MARK: All the rest

    /// Something worth knowing.
    case news(BusNews)
    /// A later process has our name, or is said to (nil where it is not said which): this node ends.
    case superseded(by: Incarnation?)
    /// We did not run for so long that all the others took us for dead: from now on we are a new process. All links
    /// are down, all peers forgotten; our subscriptions are kept, and ``BusControl/interestVersion`` begins anew.
    case restarted(Incarnation)
}
