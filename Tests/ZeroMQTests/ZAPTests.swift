// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// The handler itself, asked by a socket of the same context as libzmq asks it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ZAPTests {
    private let context: Context
    private let server: PullSocket
    private let key: CurvePublicKey

    init() throws {
        context = try Context()
        let keys = try Keys()
        key = keys.client.publicKey
        let options = PullSocket.Options(transport: .init(security: keys.server(accepting: .allow([key]))))
        server = try PullSocket(context: context, options: options)
    }

    private func asker() throws -> DealerSocket {
        let dealer = try DealerSocket(context: context)
        try dealer.connect(.inproc("zeromq.zap.01"))
        return dealer
    }

    private func request(
        version: Frame = "1.0",
        id: Frame = "1",
        domain: Frame? = nil,
        address: Frame = "127.0.0.1",
        mechanism: Frame = "CURVE",
        credentials: [Frame]? = nil
    ) throws -> Message {
        let domain = domain ?? Frame(server.engine.gate?.domain ?? "")
        let credentials = credentials ?? [Frame(key.bytes)]
        return try Message(frames: [Frame(), version, id, domain, address, Frame(), mechanism] + credentials)
    }

    private func ask(_ dealer: DealerSocket, _ message: Message) async throws -> [String] {
        try await dealer.send(message)
        let reply = try await dealer.receive(timeout: SocketTest.patience)
        #expect(reply.frameCount == 7)
        return reply.frames.map(\.string)
    }

    @Test func answersHaveTheFormOfTheRFC() async throws {
        let dealer = try asker()
        #expect(try await ask(dealer, request()) == ["", "1.0", "1", "200", "OK", key.z85, ""])
        let other = try CurveKeyPair.generate().publicKey
        let refused = try await ask(dealer, request(id: "7", credentials: [Frame(other.bytes)]))
        #expect(refused == ["", "1.0", "7", "400", "Refused", "", ""])
        #expect(context.authStatistics.accepted == 1 && context.authStatistics.refused == 1)
    }

    @Test func malformedRequestsAreRefusedAndCounted() async throws {
        let dealer = try asker()
        let wrong: [(status: String, message: Message)] = [
            ("500", try request(version: "2.0")), ("500", try request(version: "")),
            ("500", Message("", "hello")),
            ("400", Message("", "1.0", "1")),
            ("400", try request(domain: "nobody's")), ("400", try request(domain: "")),
            ("400", try request(domain: Frame([0xff, 0xfe]))),
            ("400", try request(mechanism: "NULL", credentials: [])),
            ("400", try request(mechanism: "GSSAPI", credentials: ["me"])),
            ("400", try request(mechanism: "PLAIN", credentials: ["me", "password"])),
            ("400", try request(mechanism: "PLAIN", credentials: ["me"])),
            ("400", try request(credentials: [])), ("400", try request(credentials: [Frame(key.z85)])),
            ("400", try request(credentials: [Frame(key.bytes), Frame(key.bytes)])),
            ("400", try request(address: Frame([UInt8](repeating: 65, count: 256)))),
        ]
        for (index, (status, message)) in wrong.enumerated() {
            #expect(try await ask(dealer, message)[3] == status, "\(index): \(message)")
            #expect(context.authStatistics.malformed == UInt64(index + 1))
        }
        // Without an envelope there is nobody to answer.
        try await dealer.send("nonsense")
        try await eventually { context.authStatistics.malformed == UInt64(wrong.count + 1) }
        #expect(try await ask(dealer, request())[3] == "200", "the handler goes on")
        #expect(context.authStatistics.accepted == 1 && server.authStatistics.malformed == 0)
    }

    /// A key that differs in one byte, wherever, is another one.
    @Test func keysAreComparedWhole() async throws {
        let dealer = try asker()
        for index in key.bytes.indices {
            for bit in [1, 0x80] as [UInt8] {
                var bytes = key.bytes
                bytes[index] ^= bit
                #expect(try await ask(dealer, request(credentials: [Frame(bytes)]))[3] == "400", "byte \(index)")
            }
        }
        #expect(try await ask(dealer, request())[3] == "200")
        #expect(context.authStatistics.accepted == 1 && context.authStatistics.refused == 64)
    }

    /// Names and passwords are bytes: no other spelling, length or part of them will do.
    @Test func namesAndPasswordsAreComparedWhole() async throws {
        let long = String(repeating: "x", count: 255)
        let policy = AuthPolicy.allow(passwords: ["ann": "right", "\u{e9}": "right", "": "right", long: long])
        let options = PullSocket.Options(transport: .init(security: .plainServer(accepting: policy)))
        let plain = try PullSocket(context: context, options: options)
        let domain = Frame(plain.engine.gate?.domain ?? "")
        let dealer = try asker()
        func status(_ name: Frame, _ password: Frame) async throws -> String {
            let message = try request(domain: domain, mechanism: "PLAIN", credentials: [name, password])
            return try await ask(dealer, message)[3]
        }
        #expect(try await status("ann", "right") == "200")
        #expect(try await status("\u{e9}", "right") == "200")
        #expect(try await status(Frame(long), Frame(long)) == "200")
        let wrong: [(Frame, Frame)] = [
            ("ann", ""), ("ann", "righ"), ("ann", "rightt"), ("ann", "Right"), ("ann", "right\0"), ("ann", Frame(long)),
            ("an", "right"), ("ann\0", "right"), ("e\u{301}", "right"), ("", "right"), ("", ""), ("bob", ""),
            (Frame(long), Frame(long.dropLast() + "y")), (Frame(long), Frame(long + "x")),
            (Frame(long + "x"), Frame(long)),
            (Frame([0xff]), "right"), ("ann", Frame([0xff])), ("ann", Frame([UInt8](repeating: 120, count: 8192))),
        ]
        for (name, password) in wrong { #expect(try await status(name, password) == "400", "\(name) \(password)") }
        #expect(plain.authStatistics.accepted == 3)
        // A server is not asked with another one's mechanism.
        let other = try request(domain: domain, mechanism: "CURVE", credentials: [Frame(key.bytes)])
        #expect(try await ask(dealer, other)[3] == "400")
    }

    /// A socket of the context that asks without end, and reads no answer, keeps nobody else from getting in.
    @Test func floodsOfQuestionsHoldUpNobody() async throws {
        let hostile = try DealerSocket(context: context, options: .init(receiveHighWaterMark: 1))
        try hostile.connect(.inproc("zeromq.zap.01"))
        let (good, bad) = (try request(), Message("", "1.0", "nonsense"))
        let flood = Task {
            var count = 0
            while !Task.isCancelled {
                try await hostile.send(count % 2 == 0 ? good : bad)
                count += 1
            }
        }
        try await eventually { context.authStatistics.malformed > 500 }
        let dealer = try asker()
        for _ in 0..<20 { #expect(try await ask(dealer, request())[3] == "200") }
        flood.cancel()
        _ = try? await flood.value
        try await eventually { server.authStatistics.unanswerable > 0 }
    }

    /// No message is an answer of 200 but the right one.
    @Test func anyFramesAreRefused() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let dealer = try asker()
        for _ in 0..<300 {
            var frames = Array(try request().frames)
            let place = Int.random(in: 1..<frames.count, using: &generator)
            // The id and the address are the asker's, and the routing id is not looked at.
            guard ![2, 4, 5].contains(place) else { continue }
            let bytes = generator.bytes(Int.random(in: 0...40, using: &generator))
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: frames[place] = Frame(bytes)
            case 1: frames.remove(at: place)
            default: frames.insert(Frame(bytes), at: place)
            }
            let answer = try await ask(dealer, Message(frames: frames))
            #expect(answer[3] != "200", "seed \(seed)")
        }
        #expect(try await ask(dealer, request())[3] == "200")
    }

    /// An asker that has gone is counted and holds up nobody.
    @Test func answersNobodyWaitsForAreCounted() async throws {
        let latch = Latch()
        let asked = Latch()
        let keys = try Keys()
        let policy = AuthPolicy.verify(within: SocketTest.patience) { _ in
            asked.open()
            _ = await latch.wait()
            return .accept
        }
        let options = PullSocket.Options(transport: .init(security: keys.server(accepting: policy)))
        let slow = try PullSocket(context: context, options: options)
        let domain = Frame(slow.engine.gate?.domain ?? "")
        do {
            let dealer = try asker()
            try await dealer.send(request(domain: domain))
            #expect(await asked.wait(atMost: SocketTest.patience))
            dealer.close()
        }
        let other = try asker()
        // Two questions later the handler has heard that the first asker has gone.
        for _ in 0..<2 { #expect(try await ask(other, request())[3] == "200") }
        latch.open()
        try await eventually { slow.authStatistics.accepted == 1 }
        #expect(try await ask(other, request())[3] == "200")
    }
}
