// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: escaping closure captures 'inout' parameter 'socket'
import ZeroMQ

func share(_ pull: PullSocket) throws {
    try pull.withExclusiveAccess { (socket: inout ExclusiveAccess<PullSocket>) in
        Task { _ = try socket.receive() }
    }
}
