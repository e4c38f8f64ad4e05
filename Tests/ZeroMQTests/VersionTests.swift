// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Testing
import ZeroMQ

/// What the libzmq in use says of itself.
@Suite(.serialized) struct VersionTests {
    @Test func version() {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        unsafe zmq_version(&major, &minor, &patch)
        #expect(Version.libzmq.description == "\(major).\(minor).\(patch)")
        #expect(Version.libzmq >= Version(major: 4, minor: 3, patch: 0))
        let ascending = [(3, 9, 9), (4, 0, 0), (4, 0, 1), (4, 1, 0), (5, 0, 0)].map(Version.init)
        #expect(zip(ascending, ascending.dropFirst()).allSatisfy { $0 < $1 && !($1 < $0) })
    }

    @Test func capabilities() {
        let names = ["ipc", "curve", "pgm", "norm", "tipc", "vmci", "gssapi", "WS"]
        for name in names {
            #expect(Capability(name).isAvailable == (unsafe zmq_has(name) == 1))
            #expect(Capability.available.contains(Capability(name)) == Capability(name).isAvailable)
        }
        #expect(Capability.ipc.isAvailable)
        #expect(!Capability("no such thing").isAvailable)
        #expect(Capability.curve.description == "curve")
    }
}
