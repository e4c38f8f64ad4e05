// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Synchronization
import ZeroMQ

/// A ROUTER that sends everything back, and the DEALERs that ask it.
let echoChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "async-router": { options in
        let count = try options.integer("count")
        return try echoing { router in
            try blocking {
                for _ in 0..<count {
                    let received = try await router.receive()
                    try await router.send(received.message, to: received.peer)
                }
            }
        }
    },
    "batch-router": { options in
        let count = try options.integer("count")
        return try echoing { router in
            try blocking {
                var echoed = 0
                while echoed < count {
                    for received in try await router.receive(upTo: 64) {
                        try await router.send(received.message, to: received.peer)
                        echoed += 1
                    }
                }
            }
        }
    },
    "exclusive-router": { options in
        let count = try options.integer("count")
        return try echoing { router in
            try router.withExclusiveAccess { router in
                for _ in 0..<count {
                    guard let received = try router.receive() else { throw HarnessError("a router had nothing") }
                    try router.send(received.message, to: received.peer)
                }
            }
        }
    },
    "async-dealers": { options in
        let dealers = try Dealers(options)
        return try blocking { try await dealers.exchange() }
    },
]

/// Binds a ROUTER, lets it work, and waits for the parent to say that all has arrived.
private func echoing(_ work: (RouterSocket) throws -> Void) throws -> Sample {
    let cpu = cb_cpu()
    let router = try RouterSocket()
    unsafe cb_announce(try router.bind(.tcp("127.0.0.1", port: .any)).description)
    try work(router)
    cb_wait_for_parent()
    return Sample(["cpu": cb_cpu() - cpu])
}

/// Many DEALERs with a task each, which keep a window of messages on the way.
private struct Dealers: Sendable {
    let endpoint: Endpoint
    let size: Int
    let count: Int
    let peers: Int
    let window: Int

    init(_ options: ChildOptions) throws {
        self.endpoint = try Endpoint(parsing: options.text("endpoint"))
        self.size = try options.integer("size")
        self.count = try options.integer("count")
        self.peers = try options.integer("peers")
        self.window = try options.integer("window")
    }

    func exchange() async throws -> Sample {
        let sockets = try (0..<self.peers).map { _ in try DealerSocket() }
        for socket in sockets { try socket.connect(self.endpoint) }
        let (began, cpu) = (cb_now(), cb_cpu())
        let unsent = Remaining(self.count)
        try await withThrowingTaskGroup { group in
            for socket in sockets { group.addTask { try await self.exchange(socket, unsent) } }
            try await group.waitForAll()
        }
        return Sample(["seconds": cb_now() - began, "cpu": cb_cpu() - cpu, "messages": Double(self.count)])
    }

    /// One dealer's part: a new message for each that comes back, as long as there are any left to send.
    private func exchange(_ socket: DealerSocket, _ unsent: Remaining) async throws {
        let payload = unsafe payload(self.size)
        var awaited = 0
        while awaited < self.window, unsent.take() {
            try await socket.send(unsafe payload.span)
            awaited += 1
        }
        while awaited > 0 {
            let answer = try await socket.receive()
            guard answer.byteCount == self.size else { throw HarnessError("an answer has the wrong size") }
            awaited -= 1
            guard unsent.take() else { continue }
            try await socket.send(unsafe payload.span)
            awaited += 1
        }
    }
}

/// How many messages are still to be sent, by whoever comes first.
private final class Remaining: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { self.left = Atomic(count) }

    func take() -> Bool { self.left.subtract(1, ordering: .relaxed).oldValue > 0 }
}
