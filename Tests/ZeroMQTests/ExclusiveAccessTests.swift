// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// What a thread that has a socket to itself may rely on, beyond sending and receiving.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ExclusiveAccessTests {
    /// A subscriber that asked for nothing would wait for ever.
    @Test func receivingWithoutSubscriptionsIsAnError() async throws {
        let subscriber = try SubscriberSocket(context: try Context())
        await SocketTest.expect(.noSubscriptions, "subscribe") {
            try subscriber.withExclusiveAccess { _ = try $0.receive() }
        }
        try subscriber.subscribe(to: "news")
        #expect(try subscriber.withExclusiveAccess { try $0.receive(timeout: .milliseconds(1)) } == nil)
    }

    /// Accesses can be swapped, as all values can: each then still ends that of its own socket.
    @Test func swappedAccessesEndTheirOwnSockets() async throws {
        let context = try Context()
        let first = try PairSocket(context: context)
        let second = try PairSocket(context: context)
        try first.connect(try second.bind(.inproc("swapped")))
        try first.withExclusiveAccess { one in
            try second.withExclusiveAccess { two in
                swap(&one, &two)
                try one.send("from the second")
                try two.send("from the first")
            }
            #expect(throws: ZMQError.self) { try second.tryReceive() }
        }
        #expect(try await first.receive(timeout: SocketTest.patience) == "from the second")
        #expect(try await second.receive(timeout: SocketTest.patience) == "from the first")
    }

    /// Inside, nothing but the access itself reaches the socket; what was said of that ends with it.
    @Test func othersAreTurnedAway() async throws {
        let pull = try PullSocket(context: try Context())
        try pull.withExclusiveAccess { _ in
            #expect(throws: ZMQError.self) { try pull.tryReceive() }
            #expect(throws: ZMQError.self) { try pull.bind(.inproc("busy")) }
        }
        #expect(try pull.tryReceive() == nil)
    }

    /// The name of a closed socket can be used again at once.
    @Test func namesAreFreedByClosing() throws {
        let context = try Context()
        for _ in 0..<500 {
            let pull = try PullSocket(context: context)
            try pull.bind(.inproc("again"))
            pull.close()
        }
    }
}
