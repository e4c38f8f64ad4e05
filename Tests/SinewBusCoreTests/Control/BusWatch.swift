// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership

/// Looks at every action of one node, and notes each that breaks the rules of the order in which they come.
struct BusWatch {
    private(set) var faults: [String] = []
    private var lastOpened: UInt32 = 0
    private(set) var open: Set<UInt32> = []
    private var greeted: Set<UInt32> = []
    private(set) var up: [UInt32: BusPeer] = [:]
    private(set) var inbound: [NodeID: LinkID] = [:]
    private var welcomed: Set<LinkID> = []
    /// The highest link of each process that was let in since it was last forgotten.
    private var lastInbound: [NodeID: LinkID] = [:]
    private var sentTo: [NodeID: Incarnation] = [:]
    /// What each peer wants, as follows from the changes.
    private(set) var wanted: [NodeID: Set<Interest>] = [:]

    /// The peers with a link in either direction.
    var linked: Set<NodeID> { Set(up.values.map(\.id)).intersection(welcomed.map(\.node)) }

    mutating func see(_ action: BusControlAction) {
        switch action {
        case .open(let number, _):
            expect(number > lastOpened, "link \(number) after \(lastOpened)")
            lastOpened = number
            open.insert(number)
        case .close(let number):
            expect(up[number] == nil, "link \(number) is closed while it is up")
            expect(open.remove(number) != nil, "link \(number) is closed and was not open")
        case .send(let frame, let number): sent(frame, number)
        case .linkUp(let number, let peer, _):
            expect(greeted.contains(number) && open.contains(number), "link \(number) is up without a hello")
            expect(!up.values.contains { $0.id == peer.id }, "a second link to \(peer)")
            expect(sentTo[peer.id] ?? peer.incarnation == peer.incarnation, "\(peer) before the earlier is forgotten")
            up[number] = peer
            sentTo[peer.id] = peer.incarnation
        case .linkDown(let number, let peer):
            expect(up.removeValue(forKey: number)?.id == peer.id, "link \(number) is down and was not up")
        case .granted(let number, let position):
            expect(up[number] != nil && position.link == number, "a position for link \(number), which is not up")
        case .forgetOutbound(let node, let incarnation):
            expect(!up.values.contains { $0.id == node }, "\(node) is forgotten while a link to it is up")
            expect(sentTo.removeValue(forKey: node) == incarnation, "\(node) is forgotten and was not known")
        case .interestChanged(let peer, let difference): changed(peer, difference)
        case .restarted: restarted()
        case .news, .superseded, .interestConfirmed, .interestRefused, .interestRejected: break
        case .answer, .inboundUp, .inboundDown, .forgetInbound: seeInbound(action)
        }
    }

    private mutating func seeInbound(_ action: BusControlAction) {
        switch action {
        case .answer(let frame, let link):
            guard case .welcome = frame.body else { return }
            expect(inbound[link.node] == link && welcomed.insert(link).inserted, "\(link) is welcomed out of turn")
        case .inboundUp(let link, let peer):
            expect(link.node == peer.id && link.incarnation == peer.incarnation, "\(link) is not of \(peer)")
            expect(inbound[link.node] == nil, "\(link) is up before another is down")
            let last = lastInbound[link.node]
            expect(last?.incarnation ?? link.incarnation == link.incarnation, "\(link) before the earlier is forgotten")
            expect(last.map { $0 < link } ?? true, "\(link) after \(String(describing: last))")
            inbound[link.node] = link
            lastInbound[link.node] = link
        case .inboundDown(let link):
            expect(inbound.removeValue(forKey: link.node) == link, "\(link) is down and was not up")
            welcomed.remove(link)
        case .forgetInbound(let node, let incarnation):
            expect(inbound[node] == nil, "\(node) is forgotten while its link is up")
            let last = lastInbound.removeValue(forKey: node)
            expect(last?.incarnation == incarnation, "\(node) is forgotten and was not known")
        default: break
        }
    }

    private mutating func sent(_ frame: ControlFrame, _ number: UInt32) {
        expect(open.contains(number), "something is sent on link \(number), which is not open")
        if case .hello = frame.body {
            expect(greeted.insert(number).inserted, "a second hello on link \(number)")
        } else {
            expect(up[number]?.incarnation == frame.destination, "\(frame.body) on link \(number)")
        }
    }

    private mutating func changed(_ peer: BusPeer, _ difference: InterestDifference) {
        for interest in difference.removed {
            expect(wanted[peer.id]?.remove(interest) != nil, "\(interest) was not wanted by \(peer)")
        }
        for interest in difference.added {
            expect(wanted[peer.id, default: []].insert(interest).inserted, "\(interest) twice by \(peer)")
        }
    }

    private mutating func restarted() {
        expect(open.isEmpty && up.isEmpty && inbound.isEmpty, "links outlive their process")
        expect(lastInbound.isEmpty && sentTo.isEmpty, "peers are remembered by the next process")
        expect(wanted.values.allSatisfy(\.isEmpty), "interest is remembered by the next process")
    }

    private mutating func expect(_ holds: Bool, _ fault: String) {
        if !holds { faults.append(fault) }
    }
}
