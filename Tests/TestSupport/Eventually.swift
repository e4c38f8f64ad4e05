// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Something did not happen in time.
package struct OutOfTime: Error {
    package init() {}
}

/// Polls a condition until it holds.
package func eventually(_ limit: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw OutOfTime() }
        try await Task.sleep(for: .milliseconds(1))
    }
}
