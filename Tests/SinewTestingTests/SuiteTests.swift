// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("Simulation suite", .timeLimit(.minutes(1)))
struct SuiteTests {
    @Test("print", arguments: LockNode.Mistake.allCases)
    func sound(_ m: LockNode.Mistake) throws {
        let suite = SimulationSuite("lock") { seed in
            var settings = SimulationSettings.swarm(
                seed: seed,
                faults: .all.subtracting(.crashes),
                tempo: LockNode.patience
            )
            settings.steps = 2000
            settings.healing = .seconds(10)
            return settings
        } system: { _ in
            LockSystem(mistakes: [m])
        }
        do {
            let r = try suite.explore(0..<100)
            print(m, r)
        } catch { print(error) }
    }
}
