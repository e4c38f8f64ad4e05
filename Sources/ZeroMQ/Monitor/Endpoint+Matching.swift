// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// Whether libzmq may mean this endpoint by another: it names hosts by their numbers after a while.
    func mayBe(_ other: Endpoint) -> Bool {
        self == other || hasPort(of: other) && (isHostName || other.isHostName)
    }

    /// Whether a listener at this endpoint accepts connections at that one.
    func accepts(at other: Endpoint) -> Bool {
        guard self != other else { return true }
        guard case .tcp(let host, _) = kind, host == "0.0.0.0" || host == "::" else { return false }
        return hasPort(of: other)
    }

    func hasPort(of other: Endpoint) -> Bool { port != nil && port == other.port }

    private var isHostName: Bool {
        guard case .tcp(let host, _) = kind else { return false }
        return !host.utf8.contains(UInt8(ascii: ":")) && host.utf8.contains { $0 >= UInt8(ascii: "A") }
    }
}
