// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore

/// The connections of links, as sockets and a network would have them.
extension BusNode {
    func wire(_ number: UInt32) -> Wire? { wires.first { $0.number == number } }

    mutating func open(_ number: UInt32, _ endpoint: String) {
        guard let other = BusSetting.position(of: endpoint) else { return }
        let delay = Int64.random(in: 0...2_000_000, using: &random)
        guard epochs[other] > 0 else {
            // Nobody answers, or that there is nobody.
            guard Bool.random(using: &random) else { return }
            return agenda.insert(.closed(number), at: now.nanoseconds + delay)
        }
        wires.append(Wire(number: number, position: other, epoch: epochs[other]))
        agenda.insert(.opened(number), at: now.nanoseconds + delay)
    }

    /// All links of ours over connections that have gone break.
    mutating func connection(_ other: Int, _ isUp: Bool, _ epoch: UInt32, _ actions: inout Actions<Action>) {
        epochs[other] = isUp ? epoch : 0
        for wire in wires where wire.position == other && wire.epoch != epochs[other] {
            drive(.closed(wire.number), &actions)
        }
    }

    mutating func spoil(_ other: Int, _ lanes: UInt8, _ nanoseconds: Int64) {
        for place in wires.indices where wires[place].position == other {
            wires[place].spoiled |= lanes
            agenda.insert(.closed(wires[place].number), at: now.nanoseconds + nanoseconds)
        }
    }

    /// A node that has left is a process that has ended: its system says so to whoever still sends.
    func refuse(_ event: Event, _ actions: inout Actions<Action>) {
        guard case .received(let parcel, let id) = event, parcel.lane < 2 else { return }
        actions.append(.send(BusParcel(link: parcel.link, epoch: parcel.epoch, body: .reset), to: id))
    }

    /// A frame has come over the network. It may wait in its lane, behind what waits there.
    mutating func arrive(_ parcel: BusParcel, from other: Int, _ actions: inout Actions<Action>) {
        guard parcel.epoch == epochs[other] else { return }
        let lane = (other * BusParcel.lanes + parcel.lane) * 2 + Int(parcel.link.number & 1)
        var release = now.nanoseconds
        if setting.jitter > 0, UInt8.random(in: 0...255, using: &random) < setting.jitter {
            release += Int64.random(in: 0...setting.longestJitter, using: &random)
        }
        release = max(release, lastReleases[lane])
        guard release > now.nanoseconds else { return take(parcel, from: other, &actions) }
        lastReleases[lane] = release
        agenda.insert(.arrival(parcel, from: other), at: release)
    }

    mutating func take(_ parcel: BusParcel, from other: Int, _ actions: inout Actions<Action>) {
        switch parcel.body {
        case .control(let frame): drive(.received(frame, from: parcel.link), &actions)
        case .controlBytes(let bytes):
            guard let frame = decoded(bytes, &actions) else { return }
            drive(.received(frame, from: parcel.link), &actions)
        case .data(let bytes): receive(bytes, parcel, &actions)
        case .reset:
            guard let wire = wire(parcel.link.number), wire.epoch == parcel.epoch, parcel.link.node == control.id,
                parcel.link.incarnation == control.incarnation
            else { return }
            drive(.closed(wire.number), &actions)
        case .answer(let frame): answered(frame, parcel, &actions)
        case .answerBytes(let bytes):
            guard let frame = decoded(bytes, &actions) else { return }
            answered(frame, parcel, &actions)
        }
    }

    /// What came back over one of our own links, unless that has ended.
    private mutating func answered(_ frame: ControlFrame, _ parcel: BusParcel, _ actions: inout Actions<Action>) {
        guard parcel.link.incarnation == control.incarnation, let wire = wire(parcel.link.number),
            wire.epoch == parcel.epoch, wire.spoiled & 1 == 0
        else { return }
        drive(.answered(frame, on: parcel.link.number), &actions)
    }
}
