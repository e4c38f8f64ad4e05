// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import ZeroMQ

/// A message before it has a receiver.
struct Outgoing: Sendable {
    let subject: Subject
    let payload: [UInt8]
    var headers = Headers()
    var request: RecordWriter.Request?

    func size(_ target: Target?) -> Int {
        RecordWriter.messageBytes(
            subjectBytes: subject.bytes.count,
            payloadBytes: payload.count,
            headers: headers,
            groups: target?.groups ?? [],
            request: request
        )
    }

    /// Appends the record; what the codec refuses was refused before, so nothing is appended only by a defect, which
    /// the lane notices.
    @inline(__always)
    func append(_ target: Target?, to frame: inout [UInt8]) {
        try? RecordWriter.appendMessage(
            subject: subject.bytes.span,
            payload: payload.span,
            headers: headers,
            groups: target?.groups ?? [],
            isForGroupsOnly: target.map { !$0.isPlain } ?? false,
            request: request,
            to: &frame
        )
    }
}

/// A peer that wanted a message and had no room for it.
struct FullPeer: Sendable {
    let peer: OutboundPeer
    let target: Target?

    func offer(of message: Outgoing) -> WaitingOffer {
        let target = target
        return WaitingOffer(peer: peer, size: message.size(target)) { message.append(target, to: &$0) }
    }
}

extension NodeCore {
    /// What subjects of the node's own begin with.
    static let reserved = Array("$SINEW.".utf8)

    /// Refuses what no peer would take.
    func check(_ message: Outgoing) throws(BusError) {
        guard message.payload.count <= options.maximumPayloadBytes else {
            let limit = options.maximumPayloadBytes
            throw BusError(.tooLarge, "'\(message.subject)': \(message.payload.count) bytes, more than \(limit)")
        }
        guard message.subject.bytes.count <= Record.maximumSubjectBytes else {
            let advice = "use at most \(Record.maximumSubjectBytes) bytes"
            throw BusError(.invalidSubject, "a subject of \(message.subject.bytes.count) bytes", advice: advice)
        }
        guard !message.subject.bytes.starts(with: Self.reserved) else {
            let what = "'\(message.subject)': what begins with $SINEW. is the node's own"
            throw BusError(.invalidSubject, what, advice: "use another first token")
        }
        if let error = message.headers.error {
            let code: BusError.Code = error.code == .invalidName ? .invalidName : .tooLarge
            throw BusError(code, "the header '\(error.name)': \(error.code)", advice: error.advice)
        }
        if isOpen.value == 1 { return }
        let (isDraining, isOver) = lifecycle.withLock { ($0.isDraining, $0.isOver) }
        guard !isOver else { throw failure.withLock { $0 } ?? BusError(.closed, "node '\(name)'") }
        guard !isDraining else { throw BusError(.draining, "node '\(name)'") }
    }

    /// The way of most messages: one peer wants it, as itself, and has room. It takes two locks and one reference.
    ///
    /// - Returns: Whether that was so; else nothing has changed.
    @inline(__always)
    func publishToOne(_ payload: Span<UInt8>, _ subject: Span<UInt8>) -> Bool {
        guard isOpen.value == 1, payload.count <= options.maximumPayloadBytes else { return false }
        // "$": perhaps one of the node's own, which are refused with a reason.
        guard subject.count > 0, subject[0] != 0x24 else { return false }
        guard let peer = outbound.withLock({ $0.single(subject) }) else { return false }
        let size = RecordWriter.messageBytes(subjectBytes: subject.count, payloadBytes: payload.count)
        let (isSent, isDue, flush) = peer.state.withLock { state -> (Bool, Bool, Instant?) in
            guard state.lane.obstacle(size: size) == nil else { return (false, false, nil) }
            let now = state.lane.wantsTime ? Monotonic.now : .origin
            let appended = state.lane.append(size: size, at: now) { frame in
                try? RecordWriter.appendMessage(subject: subject, payload: payload, to: &frame)
            }
            switch appended {
            case .joined: return (true, false, state.alarmForJoined)
            case .due: return (true, !state.isSending, nil)
            case .full, .misfit: return (false, false, nil)
            }
        }
        guard isSent else { return false }
        counters.published.add()
        if isDue { send(peer) }
        if let flush { flushAlarm.schedule(peer.slot, at: flush) }
        return true
    }

    /// Sends a message to all who want it and have room.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - mayWait: Whether the caller will wait for those without room; else they do not get it.
    ///   - full: Those without room.
    /// - Returns: To how many it went so far.
    @inline(__always)
    func publish(_ message: Outgoing, mayWait: Bool, full: inout [FullPeer]) throws(BusError) -> PublishReceipt {
        try check(message)
        counters.published.add()
        switch outbound.withLock({ $0.route(message.subject.bytes.span) }) {
        case .nobody: return PublishReceipt()
        case .plain(let peers):
            // Written once, and copied into each peer's batch.
            var record: [UInt8] = []
            message.append(nil, to: &record)
            var receipt = PublishReceipt()
            // By index: an iterator would count a reference for each peer.
            for index in peers.indices {
                let peer = peers[index]
                let offer = offer(size: record.count, to: peer, mayWait: mayWait) { $0 += record }
                if offer.isFull { full.append(FullPeer(peer: peer, target: nil)) } else { receipt.add(offer) }
            }
            return receipt
        case .many(let targets): return send(message, to: targets, mayWait: mayWait, full: &full)
        }
    }

    /// Sends a message to some, as far as they have room.
    @inline(never)
    private func send(
        _ message: Outgoing,
        to targets: [OutboundState.Destination],
        mayWait: Bool,
        full: inout [FullPeer]
    ) -> PublishReceipt {
        var receipt = PublishReceipt()
        for destination in targets {
            let target = destination.target
            if let peer = destination.peer {
                let offer = offer(message, to: peer, target, mayWait: mayWait)
                if offer.isFull { full.append(FullPeer(peer: peer, target: target)) } else { receipt.add(offer) }
            } else if target.receiver == OutboundState.ownSlot {
                deliverHere(message, target)
                receipt.isLocal = true
            }
        }
        return receipt
    }

    /// Waits for those who had no room.
    func finish(
        _ message: Outgoing,
        _ receipt: PublishReceipt,
        _ full: [FullPeer]
    ) async throws(BusError) -> PublishReceipt {
        var receipt = receipt
        try await offerInTime(full.map { $0.offer(of: message) }) { _, offer in receipt.add(offer) }
        return receipt
    }

    @inline(__always)
    func offer(
        _ message: Outgoing,
        to peer: OutboundPeer,
        _ target: Target?,
        mayWait: Bool
    ) -> OutboundPeer.Offer {
        offer(size: message.size(target), to: peer, mayWait: mayWait) { message.append(target, to: &$0) }
    }

    /// Delivers a message to this node's own subscriptions.
    func deliverHere(_ message: Outgoing, _ target: Target) {
        var bytes: [UInt8] = []
        let head = DataFrameHead(to: incarnationNow, first: counters.local.next(), count: 1)
        head.append(to: &bytes)
        message.append(target, to: &bytes)
        let process = ProcessID(id, head.destination)
        let origin = MessageOrigin(frame: Frame(bytes), publisher: process, publisherName: name, first: head.first)
        deliver(origin, head)
    }
}

extension PublishReceipt {
    init(peers: Int) { self.peers = peers }

    init(dropped: Int) { self.dropped = dropped }

    mutating func add(_ offer: OutboundPeer.Offer) {
        if offer.isSent { peers += 1 } else { dropped += 1 }
    }
}
