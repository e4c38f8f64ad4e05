// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Logging
import SinewBusCore
import SinewCore
import SinewMembership
import ZeroMQ

extension NodeCore {
    /// Does what the control machine wants; by one thread at a time.
    func perform(_ action: BusControlAction) {
        switch action {
        case .open(let number, let endpoint): open(number, endpoint)
        case .close(let number): links.withLock { $0.removeValue(forKey: number) }?.close()
        case .send(let frame, let number):
            guard let link = links.withLock({ $0[number] }), let message = encoded(frame) else { return }
            // What cannot be sent now is sent again, or the link ends: nothing waits here.
            if (try? link.control.trySend(message)) != true { counters.controlUnsent.add() }
        case .answer(let frame, let link):
            guard let message = encoded(frame) else { return }
            let peer = RoutingID(link.routingID(of: .control))
            if (try? router.trySend(message, to: peer)) != true { counters.controlUnsent.add() }
        case .inboundUp(let link, let peer):
            let window = UInt64(options.windowBytes)
            let limit = UInt64(options.maximumFrameBytes)
            let received = inbound.withLock { $0.linkUp(link, peer, window: window, maximumFrame: limit) }
            step(.accepted(link, received: received))
        case .inboundDown(let link): inbound.withLock { $0.linkDown(link) }
        case .forgetInbound(let node, let incarnation): forgetInbound(ProcessID(node, incarnation))
        case .linkUp(let number, let peer, let received): linkUp(number, peer, received)
        case .linkDown(_, let peer): linkDown(peer)
        case .forgetOutbound(let node, let incarnation): forgetOutbound(ProcessID(node, incarnation))
        case .granted(let number, let position): granted(number, position)
        case .interestChanged(let peer, let difference): interestChanged(peer, difference)
        case .interestConfirmed, .interestRefused: news.wakeAll()
        case .interestRejected(let interest, let error):
            log.problem(
                "an interest cannot be announced",
                ["bus.interest": .foreign("\(interest)"), "bus.error": .foreign("\(error)")]
            )
        case .news(let news): tell(news)
        case .superseded(let later):
            tell(BusEvent(.superseded, node: name, process: later.map { ProcessID(id, $0) }))
            failure.withLock { $0 = BusError(.superseded, "node '\(name)'") }
            abandon()
        case .restarted(let incarnation):
            present.set(incarnation.rawValue)
            outbound.withLock { $0.beginAnew() }
            tell(BusEvent(.restarted, node: name, process: ProcessID(id, incarnation)))
        }
    }

    private func encoded(_ frame: ControlFrame) -> Message? {
        do throws(CodecError) {
            return Message(try frame.encoded(limits: options.controlLimits))
        } catch {
            log.problem("a control frame cannot be encoded", ["bus.error": .foreign("\(error)")])
            return nil
        }
    }

    private func open(_ number: UInt32, _ endpoint: String) {
        do throws(ZMQError) {
            let id = LinkID(self.id, incarnation, number: number)
            let link = try OutboundLink(id, context: context, maximumFrameBytes: options.maximumFrameBytes)
            links.withLock { $0[number] = link }
            try link.start(to: Endpoint(parsing: endpoint), on: self)
        } catch {
            log.problem(
                "a link cannot be opened",
                ["bus.endpoint": .foreign(endpoint), "bus.error": .foreign("\(error)")]
            )
            links.withLock { $0.removeValue(forKey: number) }?.close()
            step(.closed(number))
        }
    }

    // MARK: Peers

    private func linkUp(_ number: UInt32, _ peer: BusPeer, _ received: UInt64?) {
        guard let link = links.withLock({ $0[number] }) else { return }
        let outboundPeer = need(peer)
        let resolution = outboundPeer.state.withLock { state in
            state.socket = link.data
            state.isStalled = false
            return state.lane.linkUp(
                number,
                maximumFrameBytes: peer.maximumFrameBytes,
                windowBytes: peer.windowBytes,
                received: received
            )
        }
        tellDrops(of: outboundPeer)
        tell(outboundPeer, .linkUp)
        if let delivered = resolution?.delivered { tell(outboundPeer, .delivered(delivered)) }
        if let lost = resolution?.lost { tell(outboundPeer, .lost(lost)) }
        send(outboundPeer)
        news.wakeAll()
    }

    private func linkDown(_ peer: BusPeer) {
        guard let outboundPeer = outbound.withLock({ $0.peer(ProcessID(peer.id, peer.incarnation)) }) else { return }
        lose(outboundPeer)
        tell(outboundPeer, .linkDown)
        // What was asked there may have been carried out, but no answer comes to what is not known to have arrived.
        responderLost(outboundPeer)
        room.wakeAll()
        news.wakeAll()
    }

    private func lose(_ peer: OutboundPeer) {
        let loss = peer.state.withLock { state in
            state.socket = nil
            return state.lane.linkDown()
        }
        tellDrops(of: peer)
        for range in loss.dropped { tell(peer, .dropped(range, .linkLost)) }
        if let range = loss.inDoubt { tell(peer, .inDoubt(range)) }
    }

    private func forgetOutbound(_ process: ProcessID) {
        guard let peer = outbound.withLock({ $0.peer(process) }) else { return }
        lose(peer)
        responderLost(peer)
        _ = outbound.withLock { $0.forget(process) }
        room.wakeAll()
        news.wakeAll()
    }

    private func forgetInbound(_ process: ProcessID) {
        guard let (name, received) = inbound.withLock({ $0.forget(process) }) else { return }
        tell(BusEvent(.publisherLost(last: received), node: name, process: process))
        requesterLost(process)
    }

    private func granted(_ number: UInt32, _ position: LanePosition) {
        guard let peer = outbound.withLock({ $0.all }).first(where: { $0.state.withLock { $0.lane.link } == number })
        else {
            return
        }
        let hasMore = peer.state.withLock { $0.lane.told(position) }
        if hasMore { send(peer) }
        // A shutdown waits until everything has arrived.
        if lifecycle.withLock({ $0.isDraining }) { news.wakeAll() }
    }

    private func interestChanged(_ peer: BusPeer, _ difference: InterestDifference) {
        let slot = need(peer).slot
        outbound.withLock { $0.apply(difference, for: slot) }
        news.wakeAll()
    }

    private func need(_ peer: BusPeer) -> OutboundPeer {
        let process = ProcessID(peer.id, peer.incarnation)
        let laneOptions = options.lane
        return outbound.withLock { $0.need(process, name: peer.name, options: laneOptions) }
    }
}
