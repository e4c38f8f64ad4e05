// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What libzmq's monitor writes is decoded, whatever it is; and what readers and registry make of it.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct MonitorReportTests {
    private func report(_ number: UInt16, _ value: UInt32, _ endpoint: String = "tcp://127.0.0.1:5555") -> MonitorReport
    {
        // The bytes as they lie in this machine's memory.
        let bits = (UInt64(number.littleEndian), UInt64(value.littleEndian))
        let header = (0..<2).map { bits.0 >> (8 * $0) } + (0..<4).map { bits.1 >> (8 * $0) }
        return MonitorReport(frames: [header.map { UInt8(truncatingIfNeeded: $0) }, Array(endpoint.utf8)])
    }

    private let here = Endpoint.tcp("127.0.0.1", port: 5555)

    @Test func descriptors() {
        let kinds: [(UInt16, SocketEvent.Kind)] = [
            (0x0001, .connected), (0x0008, .listening), (0x0020, .accepted), (0x0080, .closed), (0x0200, .disconnected),
        ]
        for (number, kind) in kinds {
            let decoded = report(number, 70_000)
            #expect(decoded.event == SocketEvent(kind, here) && decoded.descriptor == 70_000 && !decoded.isLast)
        }
        #expect(report(0x0400, 0).isLast)
    }

    @Test func errors() {
        for (number, kind) in [(0x0010, .bindFailed), (0x0040, .acceptFailed), (0x0100, .closeFailed)]
            as [(UInt16, SocketEvent.Kind)]
        {
            let decoded = report(number, 98).event
            #expect(decoded.kind == kind && decoded.endpoint == here)
            #if os(Linux)
            #expect(decoded.error?.code == .addressInUse)
            #endif
            #expect(decoded.error?.errno == 98)
        }
        #expect(report(0x0002, 115).event == SocketEvent(.connectDelayed, here))
        #expect(report(0x0004, 70_000).event.retryDelay == .seconds(70))
    }

    /// The numbers are the system's: `EMFILE` is the process's limit and not the context's, and so on.
    @Test(arguments: [
        (EMFILE, ZMQError.Code.fileDescriptorBudget), (ENFILE, .fileDescriptorBudget), (EADDRINUSE, .addressInUse),
        (EADDRNOTAVAIL, .addressNotAvailable), (ENOENT, .system), (EAGAIN, .system), (EINVAL, .system),
        (ENOTSOCK, .system), (EHOSTUNREACH, .system), (ECONNRESET, .system),
    ])
    func errorsOfTheSystem(number: Int32, code: ZMQError.Code) {
        for kind in [0x0010, 0x0040, 0x0100, 0x0800] as [UInt16] {
            let error = report(kind, UInt32(number)).event.error
            #expect(error?.code == code && error?.errno == number)
            #expect(error?.advice.isEmpty == false, "the cause is named")
            #expect(error?.operation.contains("tcp://127.0.0.1:5555") == true)
        }
    }

    @Test func handshakes() {
        #expect(report(0x1000, 0).event == SocketEvent(.handshakeSucceeded, here))
        let failures: [(UInt16, UInt32, HandshakeFailure.Reason)] = [
            (0x0800, 0, .connectionEnded), (0x0800, 104, .connectionEnded), (0x4000, 300, .temporaryFailure),
            (0x4000, 400, .refused), (0x4000, 500, .authenticatorFailed), (0x4000, 299, .unknownStatus),
            (0x2000, 0x1000_0000, .unspecified), (0x2000, 0x1000_0001, .unexpectedCommand),
            (0x2000, 0x1000_0002, .invalidSequence), (0x2000, 0x1000_0003, .keyExchange),
            (0x2000, 0x1000_0011, .malformedCommand), (0x2000, 0x1000_0012, .malformedMessage),
            (0x2000, 0x1000_0013, .malformedHello), (0x2000, 0x1000_0014, .malformedInitiate),
            (0x2000, 0x1000_0015, .malformedError), (0x2000, 0x1000_0016, .malformedReady),
            (0x2000, 0x1000_0017, .malformedWelcome), (0x2000, 0x1000_0018, .invalidMetadata),
            (0x2000, 0x1100_0001, .cryptographic), (0x2000, 0x1100_0002, .mechanismMismatch),
            (0x2000, 0x2000_0000, .zapUnspecified), (0x2000, 0x2000_0001, .zapMalformedReply),
            (0x2000, 0x2000_0002, .zapBadRequestID), (0x2000, 0x2000_0003, .zapBadVersion),
            (0x2000, 0x2000_0004, .zapInvalidStatusCode), (0x2000, 0x2000_0005, .zapInvalidMetadata),
            (0x2000, 0x3000_0000, .webSocket), (0x2000, 0xffff_ffff, .unknownProtocolError),
        ]
        for (number, value, reason) in failures {
            let event = report(number, value).event
            #expect(event.kind == .handshakeFailed && event.handshakeFailure?.reason == reason)
            #expect(event.handshakeFailure?.number == value)
            #expect(event.description.contains(reason.summary), "\(event)")
        }
        #expect(Set(failures.map(\.2.name)).count == failures.count - 1, "each reason has a name of its own")
    }

    /// Bytes that no libzmq writes are an event, too: never a trap, and never nothing.
    @Test func badBytes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var unknown = 0
        for _ in 0..<20_000 {
            let frames = (0..<Int.random(in: 0...3, using: &generator)).map { index in
                generator.bytes(
                    index == 0 && Bool.random(using: &generator) ? 6 : .random(in: 0...20, using: &generator)
                )
            }
            var event = MonitorReport(frames: frames).event
            if event.kind == .unknown, let number = event.number {
                event = report(1 << (number % 16), .random(in: 0...UInt32.max, using: &generator)).event
            }
            #expect(!event.description.isEmpty)
            if event.kind == .unknown { unknown += 1 }
        }
        #expect(unknown > 1000 && unknown < 20_000)
        #expect(report(0x8000, 1).event.number == 0x8000)
        #expect(report(0x0003, 1).event == SocketEvent(.unknown, here, number: 3))
        #expect(report(0x0008, 1, "").event.endpoint == nil)
        #expect(report(0x0008, 1, "nonsense").event.endpoint?.description == "nonsense")
        for length in [0, 5, 7, 8] {
            let decoded = MonitorReport(frames: [[UInt8](repeating: 1, count: length), []])
            #expect(decoded.event == SocketEvent(.unknown, nil))
        }
        #expect(MonitorReport(frames: [[8, 0, 1, 0, 0, 0]]).event.kind == .unknown)
        #expect(MonitorReport(frames: [[8, 0, 1, 0, 0, 0], [], []]).event.kind == .unknown)
    }

    // MARK: The ring

    @Test func ringsCountWhatTheyDrop() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for capacity in [1, 2, 7, 64] {
            var ring = EventRing(capacity: capacity)
            var written: UInt16 = 0
            var next = 0
            var lags = 0
            for _ in 0..<5000 {
                if Bool.random(using: &generator) || Bool.random(using: &generator) {
                    ring.append(SocketEvent(.unknown, nil, number: written))
                    written += 1
                } else if let event = ring.popFirst() {
                    if event.kind == .lagged {
                        lags += 1
                        #expect(event.missed > 0 && Int(written) - next - event.missed == capacity)
                        next += event.missed
                    } else {
                        #expect(Int(event.number ?? 0) == next)
                        next += 1
                    }
                } else {
                    #expect(next == written)
                }
            }
            #expect(lags > 5)
        }
    }

    // MARK: The registry

    private func registry(_ reports: (UInt16, UInt32, String)...) -> ConnectionRegistry {
        var registry = ConnectionRegistry(hasHandshakes: true)
        for (number, value, endpoint) in reports { registry.apply(report(number, value, endpoint), at: .now) }
        return registry
    }

    private let all = "tcp://0.0.0.0:5555"
    private let one = "tcp://127.0.0.1:5555"

    /// libzmq names the listener at `ACCEPTED`, and the address that was used afterwards.
    @Test func connectionsAtAllAddresses() {
        var registry = registry((0x08, 5, all), (0x20, 6, all), (0x1000, 0, one))
        #expect(registry.established(to: nil) == 1 && registry.connections.map(\.isEstablished) == [true])
        registry.apply(report(0x0200, 6, one), at: .now)
        #expect(registry.connections.isEmpty && registry.failures == 1)
    }

    /// Of two that were accepted, the one whose handshake failed is the one that goes.
    @Test func failedHandshakesLeaveTheOthers() {
        // 7 is marked, because it is the newer one; then it turns out that it was 6.
        let registry = registry(
            (0x20, 6, one),
            (0x20, 7, one),
            (0x1000, 0, one),
            (0x0800, 0, one),
            (0x0200, 7, one)
        )
        #expect(registry.connections.map(\.isEstablished) == [true])
        #expect(registry.handshakeFailures == 1 && registry.lastFailure?.kind == .handshakeFailed)
    }

    /// libzmq reports no end of the connections that an unbound listener had accepted.
    @Test(arguments: [("tcp://0.0.0.0:5555", 1), ("tcp://127.0.0.1:5555", 1), ("tcp://127.0.0.1:5556", 2)])
    func unboundListenersTakeTheirConnectionsAlong(listener: String, left: Int) {
        let accepted = listener == all ? all : one
        let registry = registry(
            (0x08, 5, listener),
            (0x20, 6, accepted),
            (0x01, 7, one),
            (0x1000, 0, one),
            (0x80, 5, listener)
        )
        #expect(registry.connections.count == left && registry.failures == 0)
        #expect(registry.connections.last?.isAccepted == false)
    }

    @Test func silentPeersDoNotCount() {
        let registry = registry((0x20, 6, one), (0x20, 7, one), (0x1000, 0, one), (0x0200, 6, one))
        #expect(registry.connections.map(\.isEstablished) == [true])
    }

    @Test func reconnectsAreCounted() {
        let name = "tcp://localhost:5555"
        var registry = registry((0x01, 6, name), (0x1000, 0, name))
        #expect(registry.reconnects == 0 && registry.established(to: .tcp("localhost", port: 5555)) == 1)
        #expect(registry.established(to: .tcp("localhost", port: 5556)) == 0)
        registry.apply(report(0x0200, 6, name), at: .now)
        registry.apply(report(0x0004, 100, name), at: .now)
        registry.apply(report(0x0001, 6, one), at: .now)
        registry.apply(report(0x1000, 0, one), at: .now)
        #expect(registry.reconnects == 1 && registry.attemptsFailed == 1)
        #expect(registry.established(to: .tcp("localhost", port: 5555)) == 1)
        registry.forget(.tcp("localhost", port: 5555))
        #expect(registry.connections.isEmpty)
    }

    /// Two hosts with one port are two endpoints.
    @Test func hostsAreToldApart() {
        let registry = registry(
            (0x01, 6, "tcp://10.0.0.1:5555"),
            (0x01, 7, "tcp://10.0.0.2:5555"),
            (0x1000, 0, "tcp://10.0.0.1:5555")
        )
        #expect(registry.established(to: .tcp("10.0.0.1", port: 5555)) == 1)
        #expect(registry.established(to: .tcp("10.0.0.2", port: 5555)) == 0)
    }

    @Test func anyEventsLeaveTheRegistryWhole() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var registry = ConnectionRegistry(hasHandshakes: true)
        for _ in 0..<20_000 {
            let number = UInt16(1) << UInt16.random(in: 0...15, using: &generator)
            let endpoint = [all, one, "ipc://x", ""].randomElement(using: &generator)!
            registry.apply(report(number, .random(in: 0...9, using: &generator), endpoint), at: .now)
            let connections = registry.connections
            #expect(connections.count <= 10 && Set(connections.map(\.id)).count == connections.count)
            #expect(registry.established(to: nil) <= connections.count)
        }
        #expect(registry.reconnects > 10)
    }
}
