// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
package import SinewTesting

extension BusSystem {
    package func trace(_ event: BusNode.Event, into hash: inout TraceHash) {
        switch event {
        case .tick: hash.combine(1 as UInt64)
        case .received(let parcel, _):
            hash.combine(UInt64(parcel.link.number) << 32 | UInt64(parcel.epoch) << 4 | UInt64(parcel.lane))
            hash.combine(parcel.link.incarnation.rawValue)
            Self.trace(parcel.body, into: &hash)
        case .connection(let other, let isUp, let epoch):
            hash.combine(UInt64(other) << 40 | UInt64(epoch) << 8 | (isUp ? 3 : 2))
        case .subscribe(let number): hash.combine(UInt64(number) << 8 | 4)
        case .unsubscribe(let number): hash.combine(UInt64(number) << 8 | 5)
        case .publish(let subject, let id, let bytes):
            hash.combine(id << 8 | 6)
            hash.combine(UInt64(subject) << 32 | UInt64(bytes))
        case .spoil(let other, let lanes, let nanoseconds):
            hash.combine(UInt64(other) << 16 | UInt64(lanes) << 8 | 7)
            hash.combine(UInt64(bitPattern: nanoseconds))
        case .leave: hash.combine(8 as UInt64)
        }
    }

    private static func trace(_ body: BusParcel.Body, into hash: inout TraceHash) {
        switch body {
        case .controlBytes(let bytes), .answerBytes(let bytes), .data(let bytes): hash.combine(bytes: bytes)
        case .reset: hash.combine(9 as UInt64)
        case .control(let frame), .answer(let frame):
            hash.combine(frame.destination?.rawValue ?? 0)
            switch frame.body {
            case .hello: hash.combine(1 as UInt64)
            case .welcome(let welcome): hash.combine((welcome.received ?? 0) << 4 | 2)
            case .refusal(let refusal): hash.combine(UInt64(refusal.code.rawValue) << 4 | 3)
            case .membership(let message): hash.combine(message.sender.rawValue << 4 | 4)
            case .interest(let message): hash.combine(message.sender.rawValue << 4 | 5)
            case .position(let position), .goodbye(let position):
                hash.combine(position.received)
                hash.combine(position.granted)
            }
        }
    }

    package func trace(_ action: BusNode.Action, into hash: inout TraceHash) {
        guard case .note(let note) = action else { return }
        switch note {
        case .assigned(let number, _, let id): hash.combine(id << 32 ^ number << 4 ^ 1)
        case .delivered(let number, _, let id, _, let groups): hash.combine(id << 32 ^ number << 8 ^ UInt64(groups))
        case .dropped(let range, _, _), .inDoubt(let range, _), .resolved(let range, _), .lost(let range, _),
            .missed(let range, _):
            hash.combine(range.lowerBound << 32 ^ range.upperBound)
        case .confirmed(let number, _): hash.combine(number << 4 ^ 2)
        case .publisherLost(_, let last): hash.combine((last ?? 0) << 4 ^ 3)
        case .linkEnded, .began, .broken: hash.combine(4 as UInt64)
        }
    }
}
