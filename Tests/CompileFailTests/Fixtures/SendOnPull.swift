// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: value of type 'PullSocket' has no member 'send'
import ZeroMQ

func send(on pull: PullSocket) async throws {
    try await pull.send("x")
}
