// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The names that a socket gives to those it connects to. libzmq aborts the process when a second peer is to have the
/// name of a first, so a name is given once.
struct PeerNames {
    private(set) var given: Set<RoutingID> = []
    /// A connect failed, and libzmq still has the name for the next one; it cannot be told to forget it.
    private var isStale = false
    private var fillers: UInt64 = 0

    mutating func give(_ name: RoutingID) {
        given.insert(name)
        isStale = true
    }

    /// libzmq has used the name up.
    mutating func connected() { isStale = false }

    /// What to call the next peer, so that it does not get the name of one that could not be connected to. Nobody else
    /// has it: libzmq's own names have five bytes.
    mutating func filler() -> RoutingID? {
        guard isStale else { return nil }
        fillers += 1
        return RoutingID([0] + (0..<8).map { UInt8(truncatingIfNeeded: fillers >> (8 * $0)) })
    }
}

extension SocketEngine {
    func checkName(_ peer: RoutingID, for endpoint: Endpoint) throws(ZMQError) {
        guard (1...255).contains(peer.bytes.count), peer.bytes[0] != 0 else {
            throw error(.invalidArgument, "connect", "name the peer with 1 to 255 bytes that do not begin with zero")
        }
    }

    /// Tells libzmq what the peer of the next connection is called.
    func name(_ peer: RoutingID?, for endpoint: Endpoint, _ state: inout EngineState) throws(ZMQError) {
        guard let peer else {
            guard let filler = state.peerNames.filler() else { return }
            return try setOption(ZMQ_CONNECT_ROUTING_ID, "connect", filler.bytes, &state)
        }
        guard !state.handle.isImmediate || endpoint.isInproc else {
            throw error(
                .invalidArgument,
                "connect",
                "peers cannot be named with TransportOptions.immediate; turn it off"
            )
        }
        guard !state.peerNames.given.contains(peer) else { throw nameIsTaken() }
        try checkUnknown(peer, &state)
        try setOption(ZMQ_CONNECT_ROUTING_ID, "connect", peer.bytes, &state)
        state.peerNames.give(peer)
    }

    private func nameIsTaken() -> ZMQError {
        error(.invalidArgument, "connect", "this socket has, or had, a peer of that name; choose another name")
    }

    /// Whether a peer that connected by itself has the name (ROUTER): only sending tells. One that has it gets an empty
    /// message, because what has been begun must be ended.
    private func checkUnknown(_ peer: RoutingID, _ state: inout EngineState) throws(ZMQError) {
        guard kind.type == ZMQ_ROUTER else { return }
        // Peers that have just come count, too.
        let readiness = state.handle.events()
        guard readiness.failure == 0 else { throw failure(readiness.failure, "connect") }
        let result = unsafe peer.bytes.withUnsafeBytes { unsafe state.handle.send($0, more: true) }
        if result == EHOSTUNREACH { return }
        if result == 0 { _ = unsafe state.handle.send(UnsafeRawBufferPointer(start: nil, count: 0)) }
        throw result == 0 || result == EAGAIN ? nameIsTaken() : failure(result, "connect")
    }
}

extension SocketHandle {
    /// Whether libzmq makes room for a peer only once it is connected.
    fileprivate var isImmediate: Bool {
        let value = unsafe withRaw { socket -> Int32 in
            var value: Int32 = 0
            var size = MemoryLayout<Int32>.size
            return unsafe zmq_getsockopt(socket, ZMQ_IMMEDIATE, &value, &size) == 0 ? value : 0
        }
        return value == 1
    }
}
