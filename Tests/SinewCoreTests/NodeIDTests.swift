// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@Suite("Names of nodes", .timeLimit(.minutes(1)))
struct NodeIDTests {
    @Test("What is printed is read again")
    func texts() {
        let id = NodeID(high: 0x0123_4567_89AB_CDEF, low: 0xF)
        #expect(id.description == "0123456789abcdef000000000000000f")
        #expect(NodeID(id.description) == id)
        #expect(NodeID(id.description.uppercased()) == id)
    }

    @Test(
        "Anything else is refused",
        arguments: ["", "0", "0123456789abcdef000000000000000", "0123456789abcdef0000000000000000f"]
            + [
                "+123456789abcdef000000000000000f", "0123456789abcdef-00000000000000f",
                "g123456789abcdef000000000000000f",
            ]
    )
    func refused(text: String) { #expect(NodeID(text) == nil) }

    @Test("They are ordered as their bytes are")
    func order() {
        #expect(NodeID(high: 1, low: .max) < NodeID(high: 2, low: 0))
        #expect(NodeID(high: 1, low: 0) < NodeID(high: 1, low: 1))
        #expect(!(NodeID(high: 1, low: 1) < NodeID(high: 1, low: 1)))
    }
}
