// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
package import SinewMembership
package import SinewTesting

extension InterestSystem {
    package func trace(_ event: InterestNode.Event, into hash: inout TraceHash) {
        switch event {
        case .tick: hash.combine(1 as UInt64)
        case .received(let message, _): Self.trace(message.body, into: &hash)
        case .subscribe(let number): hash.combine(UInt64(number) << 8 | 2)
        case .unsubscribe(let number): hash.combine(UInt64(number) << 8 | 3)
        case .peerUp(_, let incarnation): hash.combine(incarnation.rawValue << 8 | 4)
        case .peerDown: hash.combine(5 as UInt64)
        case .peerForgotten: hash.combine(6 as UInt64)
        }
    }

    package func trace(_ action: InterestAction, into hash: inout TraceHash) {
        switch action {
        case .confirmed(let version, let peer): hash.combine((version ^ peer.low << 40) << 8 | 7)
        case .peerInterestChanged(let peer, let difference):
            hash.combine(UInt64(difference.added.count) << 32 | UInt64(difference.removed.count) << 8 | 8)
            hash.combine(peer.low)
        case .refused(let version, _): hash.combine(version << 8 | 9)
        case .rejected, .peerRejected, .send: hash.combine(10 as UInt64)
        }
    }

    private static func trace(_ body: InterestMessage.Body, into hash: inout TraceHash) {
        switch body {
        case .statement(let summary): hash.combine(summary.hash)
        case .delta(let delta):
            hash.combine(delta.from)
            hash.combine(delta.result.hash)
        case .snapshot(let part):
            hash.combine(UInt64(part.offset) << 32 | UInt64(part.interests.count))
            hash.combine(part.whole.hash)
        case .confirmation(let session, let version): hash.combine(session << 32 ^ version)
        case .progress(let session, let version, let offset):
            hash.combine(session << 40 ^ version << 8 ^ UInt64(offset))
        case .repair(let session, let held, let isDoubted):
            hash.combine(session << 32 ^ held ^ (isDoubted ? 1 << 63 : 0))
        case .refusal(let session, let version): hash.combine(session << 32 ^ ~version)
        }
    }
}
