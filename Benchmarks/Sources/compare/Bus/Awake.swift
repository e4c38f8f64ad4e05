// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// Runs the body while a process of the lowest priority spins on each core: a core that sleeps takes longer to answer
/// than the programs that are compared.
func keepingCoresAwake<Result>(_ body: () throws -> Result) throws -> Result {
    let spinners = try (0..<ProcessInfo.processInfo.activeProcessorCount).map { core in
        try ChildProcess("stay-awake", ["core": String(core), "limit": "600"])
    }
    for spinner in spinners { _ = try spinner.endpoint() }
    let result = try body()
    for spinner in spinners { spinner.release() }
    for spinner in spinners { _ = try spinner.report() }
    return result
}
