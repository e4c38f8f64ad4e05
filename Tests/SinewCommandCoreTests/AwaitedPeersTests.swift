// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import Testing

@Suite("Peers that are waited for", .serialized, .timeLimit(.minutes(3)))
struct AwaitedPeersTests {
    private func establish(_ endpoint: String, _ peers: inout AwaitedPeers) {
        peers.connected(endpoint)
        peers.handshakeSucceeded(endpoint)
    }

    @Test("each peer counts for itself, and once")
    func eachForItself() {
        var peers = AwaitedPeers(["ipc://a", "ipc://b", "ipc://a"])
        establish("ipc://a", &peers)
        #expect(peers.missing == ["ipc://b"])
        peers.disconnected("ipc://a")
        establish("ipc://a", &peers)
        #expect(peers.missing == ["ipc://b"])
        // It may have gone by now: what it did not read is another matter.
        establish("ipc://b", &peers)
        peers.disconnected("ipc://b")
        #expect(peers.missing == [])
    }

    @Test func acceptedPeersDoNotCount() {
        var peers = AwaitedPeers(["ipc://b", "tcp://h:5555"])
        peers.handshakeSucceeded("ipc://bound")
        peers.handshakeSucceeded("tcp://10.0.0.1:5555")
        #expect(peers.missing == ["ipc://b", "tcp://h:5555"])
        // Nor does a connection that ended before its handshake.
        peers.connected("tcp://10.0.0.2:5555")
        peers.disconnected("tcp://10.0.0.2:5555")
        peers.handshakeSucceeded("tcp://10.0.0.2:5555")
        #expect(peers.missing == ["ipc://b", "tcp://h:5555"])
    }

    @Test("libzmq names a host by its number from the second attempt on")
    func hostsUnderTheirNumbers() {
        var late = AwaitedPeers(["tcp://10.0.0.9:5555", "tcp://h:5556", "tcp://h:5555"])
        establish("tcp://10.0.0.1:5555", &late)
        #expect(late.missing == ["tcp://10.0.0.9:5555", "tcp://h:5556"])
        // A host that comes back is not another one that was waited for.
        var back = AwaitedPeers(["tcp://a:5555", "tcp://b:5555"])
        establish("tcp://a:5555", &back)
        back.disconnected("tcp://a:5555")
        for _ in 0..<3 {
            establish("tcp://10.0.0.1:5555", &back)
            #expect(back.missing == ["tcp://b:5555"])
            back.disconnected("tcp://10.0.0.1:5555")
        }
        establish("tcp://10.0.0.1:5555", &back)
        establish("tcp://10.0.0.2:5555", &back)
        #expect(back.missing == [])
    }

    @Test("one host under two names is two peers, with a queue each")
    func twoNamesOfOneHost() {
        var peers = AwaitedPeers(["tcp://127.0.0.1:5555", "tcp://localhost:5555"])
        establish("tcp://127.0.0.1:5555", &peers)
        #expect(peers.missing == ["tcp://localhost:5555"])
        establish("tcp://127.0.0.1:5555", &peers)
        #expect(peers.missing == [])
    }
}
