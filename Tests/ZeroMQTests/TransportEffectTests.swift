// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Transport options do what they say: seen on the system's own sockets, and by peers that speak bytes.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TransportEffectTests {
    private static let tcp = Int32(IPPROTO_TCP)

    private func transport(_ change: (inout TransportOptions) -> Void) -> TransportOptions {
        var options = TransportOptions()
        change(&options)
        return options
    }

    /// A PUSH and a PULL that are connected over TCP, with the port.
    private func pair(_ transport: TransportOptions) async throws -> (PushSocket, PullSocket, UInt16) {
        let context = try Context()
        let pull = try PullSocket(context: context, options: .init(transport: transport))
        let push = try PushSocket(context: context, options: .init(transport: transport))
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        try push.connect(endpoint)
        try await push.send("connected", timeout: SocketTest.patience)
        #expect(try await pull.receive(timeout: SocketTest.patience) == "connected")
        return (push, pull, try #require(endpoint.port).number)
    }

    #if os(Linux)
    @Test func optionsReachBothEndsOfTCPConnections() async throws {
        let options = transport {
            $0.typeOfService = 0x48
            $0.maximumRetransmissionTime = .milliseconds(4321)
            $0.kernelSendBufferBytes = 20_000
            $0.kernelReceiveBufferBytes = 30_000
            $0.tcpKeepAlive = .init(idle: .seconds(41), interval: .seconds(12), count: 5)
            $0.backlog = 7
        }
        let (push, pull, port) = try await pair(options)
        let listener = try #require(KernelSocket.listener(atPort: port))
        // tcp_info's tcpi_sacked, which is a listener's backlog.
        #expect(listener.bytes(Self.tcp, TCP_INFO, count: 32).dropFirst(28).first == 7)
        let ends = KernelSocket.connections(atPort: port)
        #expect(ends.count == 2)
        for end in ends {
            #expect(end.number(Int32(IPPROTO_IP), IP_TOS) == 0x48)
            #expect(end.number(Self.tcp, TCP_USER_TIMEOUT) == 4321)
            // The kernel doubles them.
            #expect(end.number(SOL_SOCKET, SO_SNDBUF) == 40_000)
            #expect(end.number(SOL_SOCKET, SO_RCVBUF) == 60_000)
            #expect(end.number(SOL_SOCKET, SO_KEEPALIVE) == 1)
            #expect(end.number(Self.tcp, TCP_KEEPIDLE) == 41)
            #expect(end.number(Self.tcp, TCP_KEEPINTVL) == 12)
            #expect(end.number(Self.tcp, TCP_KEEPCNT) == 5)
        }
        push.close()
        pull.close()
    }

    @Test func systemsOwnSettingsAreTheDefault() async throws {
        let (push, pull, port) = try await pair(TransportOptions())
        for end in KernelSocket.connections(atPort: port) {
            #expect(end.number(Int32(IPPROTO_IP), IP_TOS) == 0)
            #expect(end.number(Self.tcp, TCP_USER_TIMEOUT) == 0)
            #expect(end.bytes(SOL_SOCKET, SO_BINDTODEVICE, count: 16) == [])
        }
        push.close()
        pull.close()
    }

    @Test func deviceIsUsedByBothEnds() async throws {
        let (push, pull, port) = try await pair(transport { $0.device = "lo" })
        let sockets = KernelSocket.all(withPort: port)
        #expect(sockets.count == 3)
        for socket in sockets { #expect(socket.bytes(SOL_SOCKET, SO_BINDTODEVICE, count: 16) == Array("lo\0".utf8)) }
        push.close()
        pull.close()
    }

    @Test func deviceThatDoesNotExist() async throws {
        let options = PullSocket.Options(transport: transport { $0.device = "nosuchdevice0" })
        let pull = try PullSocket(context: Context(), options: options)
        await SocketTest.expect(.addressNotAvailable, "bind", "PULL socket") {
            try pull.bind(.tcp("127.0.0.1", port: .any))
        }
    }

    @Test func ipcConnectionsAreFiltered() async throws {
        let (user, group, process) = (getuid(), getgid(), getpid())
        let cases: [(IPCFilter, accepted: Bool)] = [
            (IPCFilter(), true),
            (IPCFilter(userIDs: [user, user + 1]), true), (IPCFilter(userIDs: [user + 1]), false),
            (IPCFilter(groupIDs: [group]), true), (IPCFilter(groupIDs: [group + 54_321]), false),
            (IPCFilter(processIDs: [process]), true), (IPCFilter(processIDs: [process + 1]), false),
            (IPCFilter(userIDs: [user + 1], processIDs: [process]), true),
        ]
        for (filter, isAccepted) in cases {
            let options = PullSocket.Options(transport: transport { $0.ipcFilter = filter })
            let pull = try PullSocket(context: Context(), options: options)
            let path = try pull.bind(.ipc("*")).description.dropFirst("ipc://".count)
            // The greeting, or nothing because the library hangs up.
            let greeting = try await onThread { try RawPeer(path: String(path)).read(upTo: 64) }
            #expect(!greeting.isEmpty == isAccepted, "\(filter)")
        }
    }
    #endif

    @Test(arguments: [
        ([], false, true), (["127.0.0.1"], false, true), (["127.0.0.0/8"], false, true),
        (["10.0.0.0/8"], false, false), (["10.0.0.0/8", "127.0.0.0/24"], false, true), (["0.0.0.0/0"], false, true),
        (["127.0.0.0/8"], true, true), (["127.0.0.2"], true, false), (["::1", "127.0.0.1/32"], true, true),
        (["::1"], true, false),
    ])
    func tcpConnectionsAreFiltered(networks: [String], ipv6: Bool, isAccepted: Bool) async throws {
        let options = transport {
            $0.acceptedNetworks = networks
            $0.ipv6 = ipv6
        }
        let pull = try PullSocket(context: Context(), options: .init(transport: options))
        let port = try pull.bind(.tcp("*", port: .any)).port
        let greeting = try await onThread { try RawPeer(port: port).read(upTo: 64) }
        #expect(!greeting.isEmpty == isAccepted)
    }

    @Test func contextSaysWhetherIPv6IsUsed() async throws {
        for (context, socket, works) in [(true, nil, true), (false, nil, false), (true, false, false)] {
            let options = PullSocket.Options(transport: transport { $0.ipv6 = socket })
            let pull = try PullSocket(context: Context(options: .init(ipv6: context)), options: options)
            do {
                try pull.bind(.tcp("::1", port: .any))
                #expect(works)
            } catch {
                #expect(!works, "\(error)")
                #expect(error.description.contains("TransportOptions.ipv6"))
            }
        }
    }
}
