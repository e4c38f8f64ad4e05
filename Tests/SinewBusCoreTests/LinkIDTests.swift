// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import Testing

@Suite("A link's name", .timeLimit(.minutes(1)))
struct LinkIDTests {
    private let link = LinkID(
        NodeID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10),
        Incarnation(rawValue: 0x1112_1314_1516_1718),
        number: 0x191A_1B1C
    )

    @Test func routingIDsHaveTheDocumentedBytes() {
        #expect(link.routingID(of: .data) == [0x53] + Array(1...0x1C) + [2])
    }

    @Test(arguments: Lane.allCases)
    func routingIDsComeBack(_ lane: Lane) {
        let bytes = link.routingID(of: lane)
        let parsed = LinkID.parse(routingID: bytes.span)
        #expect(parsed?.link == link)
        #expect(parsed?.lane == lane)
    }

    @Test func othersAreNone() {
        let bytes = link.routingID(of: .control)
        for length in 0..<bytes.count { #expect(!isLink(Array(bytes.prefix(length))), "\(length) bytes") }
        #expect(!isLink(bytes + [0]))
        for (place, byte) in [(0, 0x54), (29, 3), (29, 0)] as [(Int, UInt8)] {
            var other = bytes
            other[place] = byte
            #expect(!isLink(other), "\(place)")
        }
        let nobody = LinkID(link.node, Incarnation(rawValue: 0), number: 1)
        #expect(!isLink(nobody.routingID(of: .data)))
    }

    private func isLink(_ bytes: [UInt8]) -> Bool { LinkID.parse(routingID: bytes.span) != nil }
}
