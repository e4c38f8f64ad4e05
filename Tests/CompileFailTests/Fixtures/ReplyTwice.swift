// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: 'call' consumed more than once
import ZeroMQ

func replyTwice(_ reply: ReplySocket) async throws {
    let call = try await reply.receive()
    try await call.reply(with: "1")
    try await call.reply(with: "2")
}
