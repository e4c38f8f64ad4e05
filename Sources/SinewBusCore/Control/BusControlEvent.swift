// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

/// What can happen to a ``BusControl``.
public enum BusControlEvent: Sendable {
    /// The time that it asked for has come.
    case tick

    // MARK: From our ROUTER

    /// A frame came over the control lane of somebody's link.
    case received(ControlFrame, from: LinkID)
    /// A frame of another version of the protocol came.
    case otherVersion(UInt8, from: LinkID)
    /// What came over either lane was no frame, or contradicted what came before.
    case undecodable(from: LinkID)
    /// More came over its data lane than was granted.
    case flooded(LinkID)
    /// Data came over a link that is not let in.
    case unknownLink(LinkID)
    /// The answer to ``BusControlAction/inboundUp(_:_:)``: the last message that we have of that process, and nil when
    /// nothing is known of it.
    case accepted(LinkID, received: UInt64?)
    /// How far we are with a data lane: the last message, and up to which sum of bytes we take them. Neither goes
    /// backwards.
    case position(LinkID, received: UInt64, granted: UInt64)
    /// Data came over a link: a sign of life. Once in 100 ms is enough.
    case heard(LinkID)

    // MARK: From our own links

    /// Both connections of a link of ours stand.
    case opened(UInt32)
    /// One of them broke, or could not be made.
    case closed(UInt32)
    /// The other end of a link of ours answered over its control lane.
    case answered(ControlFrame, on: UInt32)

    // MARK: From the user

    /// Somebody here wants this; each subscriber counts, and ends with an ``unsubscribe(_:)`` of its own.
    case subscribe(Interest)
    /// One of those who wanted this does not any more.
    case unsubscribe(Interest)
    /// What others should know of us, besides our name and endpoints.
    case announce([MemberContent.Attribute])
    /// How far our own work is.
    case progress(Progress)
    /// Leave on purpose: the others are told, and nothing is done any more.
    case leave
}

extension BusControlEvent: MachineEvent {}
