// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
import SinewCore
public import SinewSubjects

extension Node {
    /// Sends bytes as ``publish(_:to:headers:)-(Sequence<UInt8>,_,_)`` does, and says which number the message has for
    /// each process that it goes to: with these, the ranges of ``events`` tell which messages were lost, and where.
    ///
    /// Subscriptions of this node itself get it too, and have no part in the result. It costs an array for each
    /// message.
    ///
    /// - Parameters:
    ///   - payload: The bytes.
    ///   - subject: What they are about.
    ///   - headers: What is said beside them.
    /// - Returns: A copy for each process of another node that wants it; empty when none does.
    /// - Throws: As `publish`.
    public func publishNumbered(
        _ payload: some Sequence<UInt8>,
        to subject: Subject,
        headers: Headers = Headers()
    ) async throws(BusError) -> [PublishedCopy] {
        try await core.publishNumbered(Outgoing(subject: subject, payload: Array(payload), headers: headers))
    }

    /// Sends a text's UTF-8 bytes; see ``publishNumbered(_:to:headers:)-(Sequence<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    /// - Returns: A copy for each process of another node that wants it; empty when none does.
    /// - Throws: As `publish`.
    public func publishNumbered(
        _ text: String,
        to subject: Subject,
        headers: Headers = Headers()
    ) async throws(BusError) -> [PublishedCopy] {
        try await publishNumbered(text.utf8, to: subject, headers: headers)
    }
}

extension NodeCore {
    /// Sends a message to all who want it, and tells the number of each copy; waits for room where a peer has none.
    func publishNumbered(_ message: Outgoing) async throws(BusError) -> [PublishedCopy] {
        try check(message)
        counters.published.add()
        var full: [FullPeer] = []
        var copies: [PublishedCopy] = []
        func tell(_ offer: OutboundPeer.Offer, _ peer: OutboundPeer, _ target: Target?) {
            switch offer {
            case .sent(let number), .held(let number):
                copies.append(PublishedCopy(process: peer.process, sequence: number, isDropped: false))
            case .dropped(let number):
                copies.append(PublishedCopy(process: peer.process, sequence: number, isDropped: true))
            case .gone: break
            case .full: full.append(FullPeer(peer: peer, target: target))
            }
        }
        switch outbound.withLock({ $0.route(message.subject.bytes.span) }) {
        case .nobody: break
        case .plain(let peers):
            for peer in peers { tell(offer(message, to: peer, nil, mayWait: true), peer, nil) }
        case .many(let targets):
            for destination in targets {
                let target = destination.target
                if let peer = destination.peer {
                    tell(offer(message, to: peer, target, mayWait: true), peer, target)
                } else if target.receiver == OutboundState.ownSlot {
                    deliverHere(message, target)
                }
            }
        }
        let waited = full
        try await offerInTime(waited.map { $0.offer(of: message) }) { place, offer in
            tell(offer, waited[place].peer, waited[place].target)
        }
        return copies
    }
}
