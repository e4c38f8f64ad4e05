// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension LinkID {
    /// The first byte of every routing id: "S".
    public static let routingIDMark: UInt8 = 0x53
    /// How many bytes a routing id has.
    public static let routingIDBytes = 1 + 16 + 8 + 4 + 1

    /// What a lane's connection says its name is, before anything else: ROUTER sockets put it before each message.
    ///
    /// - Parameter lane: Which of the link's connections.
    /// - Returns: Its 30 bytes: see Documentation/wire-format.md.
    public func routingID(of lane: Lane) -> [UInt8] {
        var bytes: [UInt8] = [Self.routingIDMark]
        bytes.reserveCapacity(Self.routingIDBytes)
        for word in [node.high, node.low, incarnation.rawValue] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        bytes.append(lane.rawValue)
        return bytes
    }

    /// Reads a routing id; nil when it is none of a link's lane.
    ///
    /// - Parameter bytes: The frame that a ROUTER socket put before a message.
    /// - Returns: The link and the lane.
    public static func parse(routingID bytes: Span<UInt8>) -> (link: LinkID, lane: Lane)? {
        guard bytes.count == routingIDBytes, bytes[0] == routingIDMark, let lane = Lane(rawValue: bytes[29]) else {
            return nil
        }
        func number(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
        let incarnation = Incarnation(rawValue: number(17..<25))
        guard incarnation.rawValue > 0 else { return nil }
        let node = NodeID(high: number(1..<9), low: number(9..<17))
        return (LinkID(node, incarnation, number: UInt32(truncatingIfNeeded: number(25..<29))), lane)
    }
}
