// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

func correct(push: PushSocket, pull: PullSocket, reply: ReplySocket) async throws {
    try await push.send("x")
    _ = try await pull.receive()
    let call = try await reply.receive()
    try await call.reply(with: "x")
    _ = Endpoint.tcp("127.0.0.1", port: 9999)
    try pull.withExclusiveAccess { socket in
        var message = Message()
        _ = try socket.receive(into: &message)
    }
}
