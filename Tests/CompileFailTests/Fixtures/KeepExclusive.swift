// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: missing reinitialization of inout parameter 'socket' after consume
import ZeroMQ

func consume(_ access: consuming ExclusiveAccess<PullSocket>) {}

func keep(_ pull: PullSocket) throws {
    try pull.withExclusiveAccess { socket in
        consume(socket)
    }
}
