// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewTesting
import Testing

@Suite("How much the bus says", .timeLimit(.minutes(1)))
struct BusScaleTests {
    @Test(
        "Who joins is linked with all within 100 ms, for a few frames each, however many there are",
        arguments: [5, 15]
    )
    func joining(_ count: Int) throws {
        var net = BusNet(seed: 3)
        for _ in 0..<count { try net.add(seeds: [0]) }
        net.run(.seconds(1))
        #expect(net.isMesh)
        try net.add(seeds: [0])
        let start = net.now
        net.step(count, .subscribe("a.>"))
        net.run(.milliseconds(100))
        #expect(net.isMesh && net.faults.isEmpty)
        for slot in 0..<count {
            #expect(net.slots[slot].watch.wanted[BusNet.id(count)] == ["a.>"])
        }
        let frames = net.done.count { done in
            switch done.action {
            case .send, .answer: done.at >= start
            default: false
            }
        }
        // Both ways: hello, welcome, record and position, and the interest of each with its confirmation.
        #expect(frames <= 18 * count + 20, "\(frames) frames")
    }
}
