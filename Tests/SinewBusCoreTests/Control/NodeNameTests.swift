// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import Testing

@Suite("The name of a node without a key", .timeLimit(.minutes(1)))
struct NodeNameTests {
    @Test("It is the documented hash, which another language can compute")
    func fixedValue() {
        // Computed by a program of its own, whose FNV-1a of "foobar" is that of RFC 9923.
        #expect(NodeID(cluster: "shop", name: "orders-1").description == "c3c5ad07d2c3dc0f871f351df03f4a2e")
    }

    @Test("Both parts count, and where one ends and the other begins")
    func parts() {
        let names = [("shop", "a"), ("sho", "pa"), ("shopa", ""), ("", "shopa"), ("a", "shop"), ("shop", "b")]
        #expect(Set(names.map { NodeID(cluster: $0.0, name: $0.1) }).count == names.count)
    }
}
