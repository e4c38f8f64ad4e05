// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import ZeroMQ

extension NodeCore {
    /// Asks everybody who wants the subject, once somebody is known who does.
    ///
    /// - Returns: The request's number, and where its answers come.
    func ask(
        _ message: Outgoing,
        timeout: Duration,
        mode: RequestMode
    ) async throws(BusError) -> (UInt64, ReplyCore) {
        try check(message)
        let deadline = Monotonic.now.advanced(by: timeout)
        let targets = try await responders(to: message.subject, until: deadline)
        let processes = targets.map { $0.peer?.process ?? ProcessID(id, incarnationNow) }
        let replies = ReplyCore()
        let (number, isAlone) = try requests.withLock { state throws(BusError) in
            // Whoever ended the node since it was asked has ended all requests that there were.
            guard state.alarm != nil else { throw BusError(.closed, "node '\(name)'") }
            let now = Monotonic.now
            let number = try state.begin(to: processes, deadline: deadline, mode: mode, replies, at: now)
            state.arm(at: now)
            return (number, state.table.count == 1)
        }
        var message = message
        let left = max(.zero, Monotonic.now.duration(to: deadline))
        message.request = RecordWriter.Request(id: number, remainingMicroseconds: UInt64(left / .microseconds(1)))
        counters.published.add()
        var held: [OutboundPeer] = []
        for destination in targets {
            let target = destination.target
            guard let peer = destination.peer else {
                deliverHere(message, target)
                continue
            }
            let asked = message
            let offer = offer(size: asked.size(target), to: peer, mayWait: false, leaving: isAlone ? .atOnce : .soon) {
                asked.append(target, to: &$0)
            }
            if offer.isHeld { held.append(peer) }
            if !offer.isSent { answer(number, .responderBusy, from: peer.process) }
        }
        await sendSoon(held)
        return (number, replies)
    }

    /// Lets those tasks have their turn that are ready, and sends what they and this one have for these peers: many who
    /// ask, or answer, at the same time share a frame.
    func sendSoon(_ peers: [OutboundPeer]) async {
        guard !peers.isEmpty else { return }
        await Task.yield()
        for peer in peers {
            // What joins from now on is somebody else's.
            peer.state.withLock { $0.isPromised = false }
            send(peer, force: true)
        }
    }

    /// Who is to be asked. Nobody is a safe answer only once every seed has said what it wants.
    private func responders(
        to subject: Subject,
        until deadline: Instant
    ) async throws(BusError) -> [OutboundState.Destination] {
        while true {
            let routing = outbound.withLock { $0.route(subject.bytes.span) }
            switch routing {
            case .plain(let peers):
                return peers.map {
                    OutboundState.Destination(target: Target(receiver: $0.slot, isPlain: true), peer: $0)
                }
            case .many(let targets): return targets
            case .nobody: break
            }
            let isSynced = control.withLock { $0.machine.isSynced }
            let pending = PendingResponders(isSynced: isSynced, deadline: deadline)
            switch pending.decision(at: Monotonic.now) {
            case .fail(let code): throw BusError(code, "'\(subject)'")
            case .wait(let end):
                let reason = await news.wait(until: end) {
                    let isKnown = self.outbound.withLock { state in
                        if case .nobody = state.route(subject.bytes.span) { return false }
                        return true
                    }
                    return isKnown || self.control.withLock { $0.machine.isSynced }
                }
                if reason == .cancelled { throw BusError(.cancelled, "the request to '\(subject)'") }
                if reason == .closed { throw BusError(.closed, "node '\(name)'") }
            }
        }
    }

    /// Ends a request that its asker does not want any more.
    func giveUp(_ number: UInt64) {
        cancel(number, at: requests.withLock { $0.cancel(number) })
    }

    private func cancel(_ number: UInt64, at processes: [ProcessID]) {
        for process in processes {
            if process.node == id {
                cancelHandlers([RequestKey(ProcessID(id, incarnationNow), id: number)])
            } else if let peer = outbound.withLock({ $0.peer(process) }) {
                let size = RecordWriter.cancellationBytes(request: number)
                _ = offer(size: size, to: peer, mayWait: false) {
                    RecordWriter.appendCancellation(of: number, to: &$0)
                }
            }
        }
    }

    // MARK: Answers

    /// Takes an answer in, or that there is none.
    func answer(
        _ number: UInt64,
        _ status: Record.Status,
        from process: ProcessID,
        isLast: Bool = true,
        _ reply: Reply? = nil
    ) {
        let (outcome, core) = requests.withLock {
            $0.reply(number, from: process, status: status, isLast: isLast)
        }
        if case .ignored = outcome.verdict { counters.lateReplies.add() }
        finish(number, outcome, core, reply)
    }

    private func finish(_ number: UInt64, _ outcome: RequestOutcome, _ core: ReplyCore?, _ reply: Reply? = nil) {
        switch outcome.verdict {
        case .ignored, .waiting: break
        case .deliver(let isLast):
            if let reply, let core, !core.add(reply) { counters.lateReplies.add() }
            if isLast { core?.end(nil, after: outcome.tally.answers) }
        case .finished: core?.end(nil, after: outcome.tally.answers)
        case .failed(let code):
            var what = "request \(number)"
            if code == .responderFailed, let reply { what += ": \(reply.payload.string.prefix(200))" }
            core?.end(BusError(code, what), after: outcome.tally.answers)
        }
        cancel(number, at: outcome.cancels)
    }

    /// Ends what has waited for too long, on both sides.
    func expireRequests() {
        let (ended, unwanted) = requests.withLock { state -> ([(EndedRequest, ReplyCore?)], [RequestKey]) in
            let now = Monotonic.now
            state.alarmCame()
            let ended = state.table.expire(at: now).map { ($0, state.takeWaiting($0.id)) }
            let unwanted = state.responses.expire(at: now)
            state.arm(at: now)
            return (ended, unwanted)
        }
        for (request, core) in ended { finish(request.id, request.outcome, core) }
        cancelHandlers(unwanted)
    }

    /// A process that was asked has gone, or cannot be heard.
    func responderLost(_ peer: OutboundPeer) {
        let ended = requests.withLock { state in
            state.table.peerGone(peer.process).map { ($0, state.takeWaiting($0.id)) }
        }
        for (request, core) in ended { finish(request.id, request.outcome, core) }
    }

    func failRequests(_ error: BusError) {
        for core in requests.withLock({ $0.takeAllWaiting() }) { core.end(error) }
    }
}
