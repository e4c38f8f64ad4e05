// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: value of type 'PushSocket' has no member 'receive'
import ZeroMQ

func receive(on push: PushSocket) async throws {
    _ = try await push.receive()
}
