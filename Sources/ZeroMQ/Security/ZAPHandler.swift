// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

/// Answers libzmq's questions about clients, one loop for each context. Source: ZeroMQ RFC 27/ZAP.
///
/// The loop runs on the context's own thread and answers what the policy says at once. Policies with code of the
/// user's, and reading files, happen elsewhere: the loop remembers the question, and answers when their time is up.
final class ZAPHandler: Sendable {
    private struct State {
        var pending = PendingQuestions<ZAPQuestion>()
        /// What works on those that a policy of the user's decides.
        var tasks: [Ticket: Task<Void, Never>] = [:]

        /// Takes out what works on these, to be cancelled without the lock.
        mutating func tasks(of tickets: [Ticket]) -> [Task<Void, Never>] {
            tickets.compactMap { tasks.removeValue(forKey: $0) }
        }
    }

    private typealias Ticket = PendingQuestions<ZAPQuestion>.Ticket

    /// How long reading a directory may take.
    private static let directoryLimit = Duration.seconds(5)

    let engine: SocketEngine
    private let state = Locked(State())

    init(in context: ContextCore) throws(ZMQError) {
        let kind = SocketKind(name: "ZAP", type: ZMQ_ROUTER, readiness: .activity, isInternal: true)
        engine = try context.makeSocket(kind, maximumMessageBytes: nil, origin: "the authenticator") {
            (writer) throws(ZMQError) in
            try writer.set(ZMQ_LINGER, "linger", to: 0 as Int32)
            try writer.set(ZMQ_ROUTER_MANDATORY, "mandatory", to: true)
        }
        _ = try engine.bind(.inproc(ZAPRequest.endpointName))
    }

    // MARK: Life

    var isRunning: Bool { engine.state.withLock { $0.end == nil } }

    func start() {
        let executor = engine.context.executor
        Task(executorPreference: executor) { await self.run() }
    }

    /// Lets another handler have the name, before this one is closed.
    func releaseName() {
        engine.state.withLock { state in
            for name in state.bound {
                _ = unsafe state.handle.withRaw { socket in
                    unsafe name.description.withCString { unsafe zmq_unbind(socket, $0) }
                }
            }
            state.bound = []
        }
    }

    func close() { engine.close() }

    /// Ends what is being decided for a server that is no more.
    func forget(_ gate: AuthGate) {
        let tasks = state.withLock { state in state.tasks(of: state.pending.forget { $0.gate === gate }) }
        for task in tasks { task.cancel() }
    }

    private func run() async {
        while true {
            do throws(ZMQError) {
                let message = try await engine.receiveNext(timeout: timeToNextDeadline()) { $0 }
                take(message)
            } catch {
                guard error.code == .timedOut else {
                    if ![.closed, .contextTerminated].contains(error.code) {
                        engine.context.log.writeAuthenticatorFailure(error)
                    }
                    break
                }
            }
            expire()
        }
        // The context was shut down, or the last server closed, or this failed. Whoever is in the middle of a handshake
        // is not let in.
        engine.close()
        let tasks = state.withLock { state in state.tasks(of: state.pending.forget { _ in true }) }
        for task in tasks { task.cancel() }
    }

    // MARK: Questions

    private func take(_ message: Message) {
        guard let envelope = ReplyEnvelope(raw: message) else {
            return countMalformed("no envelope")
        }
        let frames = envelope.request.frames
        let id = ZAPRequest.id(of: frames)
        do throws(ZAPRequest.Refusal) {
            let request = try ZAPRequest(frames)
            guard let gate = engine.context.authenticator.gate(for: request.domain) else {
                throw ZAPRequest.Refusal(status: .refused, text: "Unknown domain")
            }
            guard gate.mechanism == request.credentials.mechanism else {
                throw ZAPRequest.Refusal(status: .refused, text: "Not the server's mechanism")
            }
            decide(ZAPQuestion(envelope: envelope, id: id, credentials: request.credentials, gate: gate))
        } catch {
            countMalformed(error.text)
            _ = send(error.status.reply(to: id, text: error.text), envelope)
        }
    }

    private func countMalformed(_ reason: String) {
        let count = engine.context.authenticator.totals.count(\.malformed)
        engine.context.log.writeMalformedQuestion(reason, count: count)
    }

    func decide(_ question: ZAPQuestion) {
        switch question.gate.policy.consider(question.credentials) {
        case .decided(let decision): answer(question, .decided(decision))
        case .asksDirectory: look(up: question)
        case .asks(let verifier): verify(question, verifier)
        }
        // The server may have been closed since its gate was found, and what it left was forgotten before this came.
        let gate = question.gate
        if engine.context.authenticator.gate(for: gate.domain) !== gate { forget(gate) }
    }

    private func look(up question: ZAPQuestion) {
        guard let directory = question.gate.directory, question.gate.begin() else {
            return answer(question, .overloaded)
        }
        let (ticket, gate) = (park(question, for: Self.directoryLimit), question.gate)
        let key = question.credentials.publicKey
        directory.read { [weak self, log = engine.context.log] content in
            gate.end()
            let outcome: ZAPOutcome
            switch content {
            case .success(let content):
                let count = gate.count(\.unreadableCertificates, content.failures.count)
                gate.logUnreadable(content.failures, count: count, to: log)
                outcome = .decided(key.map(content.keys.contains) == true ? .accept : .refuse)
            case .failure(let error): outcome = .failed(error.description)
            }
            self?.settle(ticket, outcome, gate)
        }
    }

    private func verify(_ question: ZAPQuestion, _ verifier: AuthPolicy.Verifier) {
        let (gate, credentials) = (question.gate, question.credentials)
        guard gate.begin() else { return answer(question, .overloaded) }
        let ticket = park(question, for: verifier.limit)
        // A policy that never returns must keep neither the handler nor its context alive.
        let task = Task.detached { [weak self] in
            let outcome: ZAPOutcome
            do { outcome = .decided(try await verifier.body(credentials)) } catch {
                outcome = .failed(String("\(error)".prefix(1000)))
            }
            gate.end()
            self?.settle(ticket, outcome, gate)
        }
        let isForgotten = state.withLock { state in
            guard state.pending.contains(ticket) else { return true }
            state.tasks[ticket] = task
            return false
        }
        // It was decided already, or the server was closed before there was a task to cancel.
        if isForgotten { task.cancel() }
    }

    // MARK: Answers

    private func park(_ question: ZAPQuestion, for limit: Duration) -> Ticket {
        let deadline = ContinuousClock.now + limit.countable
        return state.withLock { $0.pending.add(question, until: deadline) }
    }

    /// Answers a question once; who comes second is late.
    private func settle(_ ticket: Ticket, _ outcome: ZAPOutcome, _ gate: AuthGate) {
        let question = state.withLock { state in
            state.tasks[ticket] = nil
            return state.pending.settle(ticket)
        }
        guard let question else {
            gate.count(\.lateAnswers)
            return
        }
        answer(question, outcome)
    }

    private func timeToNextDeadline() -> Duration? {
        let next = state.withLock { $0.pending.nextDeadline }
        return next.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
    }

    private func expire() {
        let now = ContinuousClock.now
        let (expired, tasks) = state.withLock { state in
            let expired = state.pending.expire(at: now)
            return (expired, state.tasks(of: expired.map(\.ticket)))
        }
        for task in tasks { task.cancel() }
        for (_, question) in expired { answer(question, .timedOut) }
    }

    private func answer(_ question: ZAPQuestion, _ outcome: ZAPOutcome) {
        let outcome = outcome.checked(for: question)
        let (reply, counter) = outcome.reply(to: question)
        let count = question.gate.count(counter)
        question.gate.log(outcome, of: question.credentials, count: count, to: engine.context.log)
        if !send(reply, question.envelope) { question.gate.count(\.unanswerable) }
    }

    private func send(_ reply: Message, _ envelope: ReplyEnvelope) -> Bool {
        do throws(ZMQError) {
            return try engine.trySend(try envelope.reply(reply), to: envelope.peer)
        } catch {
            // The client, or the server, has gone meanwhile.
            return false
        }
    }
}
