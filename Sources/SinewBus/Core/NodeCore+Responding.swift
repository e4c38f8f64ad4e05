// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

extension NodeCore {
    /// Takes in a record that is not, or not only, a message for subscriptions.
    func take(_ record: Record, _ responders: Int, of origin: MessageOrigin) {
        switch record.kind {
        case .message: begin(record, responders, of: origin)
        case .reply:
            let isLast = record.flags.contains(.last)
            let reply = Reply(origin, record)
            answer(record.requestID, record.status, from: origin.publisher, isLast: isLast, reply)
        case .cancel: cancelHandlers([RequestKey(origin.publisher, id: record.requestID)])
        default: counters.unknownRecords.add()
        }
    }

    /// A request has come: its responders find out from the table whether anybody waits for them.
    private func begin(_ record: Record, _ responders: Int, of origin: MessageOrigin) {
        let key = RequestKey(origin.publisher, id: record.requestID)
        guard responders > 0 else { return refuse(key, .noResponder) }
        let remaining = Duration.microseconds(Int64(record.remainingMicroseconds))
        let now = Monotonic.now
        let beginning = requests.withLock { state in
            defer { state.arm(at: now) }
            return state.responses.begin(key, responders: responders, remaining: remaining, at: now)
        }
        if beginning == .busy { refuse(key, .responderBusy) }
    }

    private func refuse(_ key: RequestKey, _ status: Record.Status) {
        reply(to: key, Response([UInt8]()), status, isLast: true, mayWait: false)
    }

    /// Runs a handler for a request, unless nobody waits for it; its task can be cancelled by who asked.
    ///
    /// - Parameters:
    ///   - message: The request.
    ///   - executor: Where the handler runs.
    ///   - handler: Makes the answer.
    ///   - done: Called at the end.
    /// - Returns: Whether it runs.
    func respond(
        to message: BusMessage,
        on executor: (any TaskExecutor)?,
        _ handler: @escaping @Sendable (BusMessage) async throws -> Response,
        done: @escaping @Sendable () -> Void
    ) -> Bool {
        guard let number = message.requestID else {
            Task(executorPreference: executor) {
                _ = try? await handler(message)
                done()
            }
            return true
        }
        let key = RequestKey(message.origin.publisher, id: number)
        guard let place = requests.withLock({ $0.responses.start(key) }) else { return false }
        let task = Task(executorPreference: executor) { [self] in
            let held: OutboundPeer?
            do {
                let response = try await handler(message)
                held = finish(key, at: place, response, .ok)
            } catch {
                held = finish(key, at: place, Response("\(error)"), .responderFailed)
            }
            done()
            if let held { await sendSoon([held]) }
        }
        // It may have finished already; or it was cancelled before its task was known.
        if !requests.withLock({ $0.keep(task, for: key, at: place) }) { task.cancel() }
        return true
    }

    /// - Returns: The peer whose answer waits for others, see ``OutboundPeer/Departure/soon``.
    private func finish(
        _ key: RequestKey,
        at place: Int,
        _ response: Response,
        _ status: Record.Status
    ) -> OutboundPeer? {
        let (ending, isAlone) = requests.withLock { state in
            let ending = state.finish(key, at: place)
            // Until the answer is in its lane, a shutdown does not say farewell.
            state.answersUnderWay += 1
            return (ending, state.responses.count == 0)
        }
        defer {
            requests.withLock { $0.answersUnderWay -= 1 }
            wakeDrain()
        }
        guard case .send(let isLast) = ending else { return nil }
        return reply(to: key, response, status, isLast: isLast, leaving: isAlone ? .atOnce : .soon)
    }

    /// A shutdown that waits for the last answer looks again.
    func wakeDrain() {
        if isOpen.value == 0 { news.wakeAll() }
    }

    /// Answers a request: where there is room, and else when there is some.
    ///
    /// - Returns: The peer whose answer waits for others.
    @discardableResult
    private func reply(
        to key: RequestKey,
        _ response: Response,
        _ status: Record.Status,
        isLast: Bool,
        mayWait: Bool = true,
        leaving departure: OutboundPeer.Departure = .atOnce
    ) -> OutboundPeer? {
        if let obstacle = obstacle(to: response) {
            // Not longer than an answer may be: else it could not be sent either.
            let why = Response(obstacle.utf8.prefix(max(0, options.maximumPayloadBytes)))
            return reply(to: key, why, .responderFailed, isLast: isLast, mayWait: mayWait)
        }
        let size = RecordWriter.replyBytes(
            request: key.id,
            status: status,
            headers: response.headers,
            payloadBytes: response.payload.count
        )
        let write: @Sendable (inout [UInt8]) -> Void = { frame in
            try? RecordWriter.appendReply(
                to: key.id,
                status: status,
                isLast: isLast,
                headers: response.headers,
                payload: response.payload.span,
                to: &frame
            )
        }
        guard key.requester.node != id else {
            replyHere(key, write)
            return nil
        }
        guard let peer = outbound.withLock({ $0.peer(key.requester) }) else {
            counters.unanswered.add()
            return nil
        }
        let mayWait = mayWait && requests.withLock { $0.answersWaiting < options.maximumResponses }
        let offer = offer(size: size, to: peer, mayWait: mayWait, leaving: departure, write)
        guard offer.isFull else {
            if !offer.isSent { counters.unanswered.add() }
            return offer.isHeld ? peer : nil
        }
        requests.withLock { $0.answersWaiting += 1 }
        Task(executorPreference: context.executor) { [self] in
            var isSent = false
            let offer = WaitingOffer(peer: peer, size: size, write: write)
            try? await offerInTime([offer]) { _, offer in isSent = offer.isSent }
            if !isSent { counters.unanswered.add() }
            requests.withLock { $0.answersWaiting -= 1 }
            wakeDrain()
        }
        return nil
    }

    /// Why an answer cannot be sent to anybody; nil when it can.
    private func obstacle(to response: Response) -> String? {
        if let error = response.headers.error { return "\(error)" }
        guard response.payload.count > max(0, options.maximumPayloadBytes) else { return nil }
        return "the answer has \(response.payload.count) bytes, more than \(options.maximumPayloadBytes)"
    }

    private func replyHere(_ key: RequestKey, _ write: (inout [UInt8]) -> Void) {
        var bytes: [UInt8] = []
        let head = DataFrameHead(to: key.requester.incarnation, first: counters.local.next(), count: 1)
        head.append(to: &bytes)
        write(&bytes)
        let origin = MessageOrigin(
            frame: Frame(bytes),
            publisher: key.requester,
            publisherName: name,
            first: head.first
        )
        deliver(origin, head)
    }

    /// Has the handlers of requests stop: nobody waits for them any more.
    func cancelHandlers(_ keys: [RequestKey]) {
        let tasks = requests.withLock { state in keys.flatMap { state.unwant($0) } }
        for task in tasks { task.cancel() }
        wakeDrain()
    }

    /// A process that asked has gone.
    func requesterLost(_ process: ProcessID) {
        cancelHandlers(requests.withLock { $0.responses.peerGone(process) })
    }
}
