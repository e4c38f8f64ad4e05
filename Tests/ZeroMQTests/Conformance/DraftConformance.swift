// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import ZeroMQ

/// libzmq's draft interface may change or vanish with any version, and the libraries that systems come with do not have
/// it (though they answer to a part of it): none of it is offered.
@Suite(.serialized) struct DraftConformance {
    private static let types = [
        "ZMQ_SERVER", "ZMQ_CLIENT", "ZMQ_RADIO", "ZMQ_DISH", "ZMQ_GATHER", "ZMQ_SCATTER", "ZMQ_DGRAM", "ZMQ_PEER",
        "ZMQ_CHANNEL",
    ]
    private static let functions = [
        "zmq_poller_", "zmq_ppoll", "zmq_join", "zmq_leave", "zmq_msg_set_group", "zmq_msg_set_routing_id",
        "zmq_connect_peer", "zmq_ctx_set_ext", "zmq_socket_monitor_versioned", "zmq_socket_get_peer_state",
    ]
    private static let options = [
        "ZMQ_ROUTER_NOTIFY", "ZMQ_HELLO_MSG", "ZMQ_DISCONNECT_MSG", "ZMQ_METADATA", "ZMQ_XPUB_MANUAL_LAST_VALUE",
        "ZMQ_RECONNECT_STOP", "ZMQ_ONLY_FIRST_SUBSCRIBE", "ZMQ_HICCUP_MSG", "ZMQ_PRIORITY", "ZMQ_BUSY_POLL",
        "ZMQ_LOOPBACK_FASTPATH", "ZMQ_MULTICAST_LOOP", "ZMQ_IN_BATCH_SIZE", "ZMQ_OUT_BATCH_SIZE", "ZMQ_SOCKS_USERNAME",
        "ZMQ_SOCKS_PASSWORD", "ZMQ_NORM_", "ZMQ_WSS_",
    ]

    private static func sources() throws -> String {
        let root = PackageRoot.url.appending(path: "Sources")
        let walk = try #require(FileManager.default.enumerator(atPath: root.path))
        var text = ""
        for case let name as String in walk where name.hasSuffix(".swift") || name.hasSuffix(".h") {
            text += try String(contentsOf: root.appending(path: name), encoding: .utf8)
        }
        return text
    }

    @Test func nothingOfTheDraftInterfaceIsUsed() async throws {
        let text = try await onThread { try Self.sources() }
        #expect(text.contains("ZMQ_DEALER") && text.contains("zmq_msg_gets"), "the walk must find the sources")
        for name in Self.types {
            #expect(!text.contains(try Regex("\\b\(name)\\b")), "\(name)")
        }
        for name in Self.functions + Self.options { #expect(!text.contains(name), "\(name)") }
    }

    @Test func thereAreTwelveKindsOfSockets() async throws {
        let text = try await onThread { try Self.sources() }
        let names = text.matches(of: #/public final class (\w+): [\w, ]*Socket\b/#).map { String($0.output.1) }
        let stable = [
            "Pair", "Push", "Pull", "Publisher", "Subscriber", "XPublisher", "XSubscriber", "Request", "Reply",
            "Dealer",
            "Router", "Stream",
        ]
        #expect(Set(names) == Set(stable.map { $0 + "Socket" }))
    }
}
