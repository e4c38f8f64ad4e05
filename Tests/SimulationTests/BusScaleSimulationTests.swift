// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Simulations
import Testing

@Suite("The bus with many nodes", .timeLimit(.minutes(10)))
struct BusScaleSimulationTests {
    /// As many as the environment says: `SINEW_SCALE_NODES=1000` takes minutes and gigabytes.
    private static var counts: [Int] {
        if let wanted = ProcessInfo.processInfo.environment["SINEW_SCALE_NODES"], let count = Int(wanted) {
            return [count]
        }
        #if DEBUG
        return [10, 20]
        #else
        return [50, 200]
        #endif
    }

    @Test("All know all soon, and who joins costs so many frames for each node that is there")
    func joining() throws {
        for count in Self.counts {
            let clock = ContinuousClock()
            let start = clock.now
            let (first, join) = BusScaleSimulation.measure(nodes: count, filters: 10)
            let each = Double(first.frames) / Double(count * (count - 1))
            print("\(count) nodes with 10 filters: all know all after \(first), \(each) frames for each pair and way")
            print("one more: \(join), \(Double(join.frames) / Double(count)) for each node; in \(clock.now - start)")
            _ = try #require(first.duration, "\(count) nodes do not come to know each other")
            let duration = try #require(join.duration, "the one that joined is not known to all")
            #expect(duration < .seconds(3) && join.frames < 40 * count + 100)
        }
    }
}
