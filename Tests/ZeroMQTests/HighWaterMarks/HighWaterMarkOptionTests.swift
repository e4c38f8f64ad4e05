// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport
import Testing
import ZeroMQ

/// What options and missing peers make of the mark: the second table of Documentation/high-water-marks.md.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HighWaterMarkOptionTests {
    @Test(arguments: MarkOption.allCases, MarkTransport.allCases)
    func cells(option: MarkOption, transport: MarkTransport) async throws {
        let column = try #require(MarkTransport.allCases.firstIndex(of: transport))
        let row = try #require(MarkOptionRow.all.first { $0.option == option })
        for access in MarkAccess.allCases {
            let reaction = try await reaction(to: option, transport, access)
            #expect(row.reactions[column] == reaction, "\(access)")
        }
    }

    private func reaction(
        to option: MarkOption,
        _ transport: MarkTransport,
        _ access: MarkAccess
    ) async throws -> MarkReaction {
        func measured(
            _ marks: Marks,
            _ lane: (MarkSockets) async throws -> MarkLane
        ) async throws -> MarkReaction {
            let measurement = MarkMeasurement(transport: transport, access: access, marks: marks)
            return try await measurement.reaction(of: lane(MarkSockets(transport, access, marks)), .push)
        }
        /// What PUSH and DEALER both do.
        func measuredBoth(_ marks: Marks) async throws -> MarkReaction {
            let push = try await measured(marks) { try await $0.push() }
            let dealer = try await measured(marks) { try await $0.dealer() }
            #expect(push == dealer, "PUSH and DEALER do the same")
            return push
        }
        switch option {
        case .publisherWaits: return try await measured(Marks()) { try await $0.publisher(.wait) }
        case .extendedPublisherWaits: return try await measured(Marks()) { try await $0.extendedPublisher(.wait) }
        case .noSendMark: return try await measuredBoth(Marks(send: 0))
        case .noReceiveMark: return try await measuredBoth(Marks(receive: 0))
        case .noPeerYet, .noPeerYetImmediate, .nobodyConnected: return try await withoutPeer(option, transport, access)
        case .newestOnly: return try await keepingTheNewest(transport, access)
        case .unknownPeer: return try await unknownPeer(transport, access)
        }
    }

    private func withoutPeer(
        _ option: MarkOption,
        _ transport: MarkTransport,
        _ access: MarkAccess
    ) async throws -> MarkReaction {
        let marks = Marks()
        let context = try Context()
        var options = MarkLane.transport
        options.immediate = option == .noPeerYetImmediate
        let push = try PushSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let dealer = try DealerSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let sockets: [any SendingSocket] = [push, dealer]
        var counts: [Int] = []
        for socket in sockets {
            if option == .nobodyConnected {
                try socket.bind(transport == .inproc ? .inproc("marks-\(counts.count)") : transport.endpoint)
            } else {
                try socket.connect(Self.nobody(transport))
            }
            let lane = MarkLane(sender: socket, send: MarkLane.sending(on: socket, access)) { _ in nil }
            let measurement = MarkMeasurement(transport: transport, access: access, marks: marks)
            let (accepted, isRefused) = try await measurement.fill(lane, least: 0)
            #expect(isRefused)
            counts.append(accepted)
        }
        #expect(Set(counts).count == 1, "PUSH and DEALER do the same: \(counts)")
        return .suspends(counts[0] == marks.send ? "S" : "\(counts[0])")
    }

    /// Where nobody is bound.
    private static func nobody(_ transport: MarkTransport) -> Endpoint {
        switch transport {
        case .inproc: .inproc("nobody")
        case .ipc: .ipc("\(FileManager.default.temporaryDirectory.path)/nobody-\(UInt32.random(in: 0 ... .max))")
        case .tcp: .tcp("127.0.0.1", port: 1)
        }
    }

    private func keepingTheNewest(_ transport: MarkTransport, _ access: MarkAccess) async throws -> MarkReaction {
        let context = try Context()
        let push = try PushSocket(context: context)
        let pull = try PullSocket(context: context)
        try pull.connect(try push.bind(transport.endpoint))
        var messages = pull.messages.newest.makeAsyncIterator()
        let lane = MarkLane(push, access, to: pull, messageBytes: 20)
        // More than the marks, a thousand at each side.
        let last = 2100
        for number in 0...last {
            guard try await lane.send(number, SocketTest.patience) else { return .suspends("\(number)") }
        }
        // Nobody has asked yet: one message is there, and all others made room.
        try await eventually { pull.statistics.discarded == UInt64(last) }
        return try await messages.next() == MarkLane.message(last, bytes: 20) ? .keepsNewest : .neverFull
    }

    private func unknownPeer(_ transport: MarkTransport, _ access: MarkAccess) async throws -> MarkReaction {
        let router = try RouterSocket(context: Context())
        try router.bind(transport.endpoint)
        do {
            let wasSent = try await MarkLane.sending(on: router, to: "nobody", access)(0, SocketTest.patience)
            return wasSent ? .neverFull : .suspends("0")
        } catch {
            guard (error as? ZMQError)?.code == .unreachable else { throw error }
            #expect(router.statistics.sent == 0)
            return .unreachable
        }
    }
}
