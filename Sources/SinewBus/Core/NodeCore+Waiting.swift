// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

/// A record that waits for room at a peer.
struct WaitingOffer: Sendable {
    let peer: OutboundPeer
    let size: Int
    /// Appends its bytes.
    let write: @Sendable (inout [UInt8]) -> Void

    /// Whether there is a reason to offer it again.
    var mayFit: Bool {
        peer.state.withLock { state in
            let room = state.lane.options.maximumQueuedBytes - state.lane.queuedBytes
            return state.lane.link == nil || room >= size || state.lane.queuedBytes == 0
        }
    }
}

extension NodeCore {
    /// Offers each of these again as soon as its peer has room, until the publisher's patience is over: sent or
    /// dropped. Whoever has no room holds nobody else up.
    ///
    /// - Parameters:
    ///   - offers: What is offered.
    ///   - told: Called once for each, with its place and what became of it; also where this throws.
    func offerInTime(
        _ offers: [WaitingOffer],
        told: (Int, OutboundPeer.Offer) -> Void
    ) async throws(BusError) {
        let deadline = Monotonic.now.advanced(by: options.publishPatience)
        var left = Array(offers.indices)
        while !left.isEmpty {
            let waiting = left.map { offers[$0] }
            let reason = await room.wait(until: deadline) { waiting.contains(where: \.mayFit) }
            let mayWait = reason == .ready
            left = left.filter { place in
                let entry = offers[place]
                let offer = offer(size: entry.size, to: entry.peer, mayWait: mayWait, entry.write)
                if offer.isFull { return true }
                // Nobody else waits until this peer takes something again.
                if reason == .expired, !offer.isSent { entry.peer.state.withLock { $0.isStalled = true } }
                told(place, offer)
                return false
            }
            switch reason {
            case .cancelled: throw BusError(.cancelled, "a message for \(waiting.count) nodes without room")
            case .closed, .contextTerminated: throw BusError(.closed, "node '\(name)'")
            default: break
            }
        }
    }
}
