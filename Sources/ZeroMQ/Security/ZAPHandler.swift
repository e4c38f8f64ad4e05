// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

/// Answers libzmq's questions about clients, one loop for each context. Source: ZeroMQ RFC 27/ZAP.
///
/// The loop runs on the context's own thread and decides what can be decided at once. Policies with code of the user's,
/// and reading files, happen elsewhere: the loop remembers the question, and answers for them when their time is up.
final class ZAPHandler: Sendable {
    /// A question that is being decided.
    struct Question: Sendable {
        let envelope: ReplyEnvelope
        let id: Frame
        let credentials: PeerCredentials
        let gate: AuthGate
    }

    /// What came of it.
    enum Outcome: Sendable {
        case decided(AuthDecision)
        /// With the reason, for the log.
        case failed(String)
        case impossibleUserID, timedOut, overloaded
    }

    private struct Pending {
        let question: Question
        let deadline: ContinuousClock.Instant
        var task: Task<Void, Never>?
    }

    private struct State {
        var pending: [UInt64: Pending] = [:]
        var nextTicket: UInt64 = 1
    }

    /// How long reading a directory may take.
    private static let directoryLimit = Duration.seconds(5)

    private let engine: SocketEngine
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
        let tasks = state.withLock { state in
            let forgotten = state.pending.filter { $0.value.question.gate === gate }
            for ticket in forgotten.keys { state.pending[ticket] = nil }
            return forgotten.values.compactMap(\.task)
        }
        for task in tasks { task.cancel() }
    }

    private func run() async {
        while true {
            do throws(ZMQError) {
                let message = try await engine.receiveNext(timeout: timeToNextDeadline()) { $0 }
                take(message)
            } catch {
                guard error.code == .timedOut else { break }
            }
            expire()
        }
        // The context was shut down, or the last server closed. Whoever is in the middle of a handshake is not let in.
        engine.close()
        let tasks = state.withLock { state in
            defer { state.pending = [:] }
            return state.pending.values.compactMap(\.task)
        }
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
            decide(Question(envelope: envelope, id: id, credentials: request.credentials, gate: gate))
        } catch {
            countMalformed(error.text)
            _ = send(error.status.reply(to: id, text: error.text), envelope)
        }
    }

    private func countMalformed(_ reason: String) {
        let count = engine.context.authenticator.totals.count(\.malformed)
        engine.context.log.writeMalformedQuestion(reason, count: count)
    }

    func decide(_ question: Question) {
        let credentials = question.credentials
        switch question.gate.policy.rule {
        case .anyone: answer(question, .decided(.accept))
        case .keys(let keys):
            answer(question, .decided(credentials.publicKey.map(keys.contains) == true ? .accept : .refuse))
        case .passwords(let passwords):
            // Compared for an unknown name too, so that the time does not tell which names exist.
            let known = credentials.username.flatMap { name -> Password? in
                // Swift takes two spellings of a letter for the same; whoever reads the user id's bytes does not.
                guard let index = passwords.index(forKey: name) else { return nil }
                return passwords[index].key.utf8.elementsEqual(name.utf8) ? passwords[index].value : nil
            }
            let isRight = (known ?? Password("")) == (credentials.secret ?? Password(""))
            answer(question, .decided(known != nil && isRight ? .accept : .refuse))
        case .directory: look(up: question)
        case .verify(let verifier): verify(question, verifier)
        }
        // The server may have been closed since its gate was found, and what it left was forgotten before this came.
        let gate = question.gate
        if engine.context.authenticator.gate(for: gate.domain) !== gate { forget(gate) }
    }

    private func look(up question: Question) {
        guard let directory = question.gate.directory, question.gate.begin() else {
            return answer(question, .overloaded)
        }
        let (ticket, gate) = (park(question, for: Self.directoryLimit), question.gate)
        let key = question.credentials.publicKey
        directory.read { [weak self, log = engine.context.log] content in
            gate.end()
            let outcome: Outcome
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

    private func verify(_ question: Question, _ verifier: AuthPolicy.Verifier) {
        let (gate, credentials) = (question.gate, question.credentials)
        guard gate.begin() else { return answer(question, .overloaded) }
        let ticket = park(question, for: verifier.limit)
        // A policy that never returns must keep neither the handler nor its context alive.
        let task = Task.detached { [weak self] in
            let outcome: Outcome
            do { outcome = .decided(try await verifier.body(credentials)) } catch {
                outcome = .failed(String("\(error)".prefix(1000)))
            }
            gate.end()
            self?.settle(ticket, outcome, gate)
        }
        let isForgotten = state.withLock { state in
            state.pending[ticket]?.task = task
            return state.pending[ticket] == nil
        }
        // It was decided already, or the server was closed before there was a task to cancel.
        if isForgotten { task.cancel() }
    }

    // MARK: Answers

    private func park(_ question: Question, for limit: Duration) -> UInt64 {
        state.withLock { state in
            let ticket = state.nextTicket
            state.nextTicket += 1
            state.pending[ticket] = Pending(question: question, deadline: .now + limit.countable)
            return ticket
        }
    }

    /// Answers a question once; who comes second is late.
    private func settle(_ ticket: UInt64, _ outcome: Outcome, _ gate: AuthGate) {
        guard let pending = state.withLock({ $0.pending.removeValue(forKey: ticket) }) else {
            gate.count(\.lateAnswers)
            return
        }
        answer(pending.question, outcome)
    }

    private func timeToNextDeadline() -> Duration? {
        let next = state.withLock { $0.pending.values.map(\.deadline).min() }
        return next.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
    }

    private func expire() {
        let now = ContinuousClock.now
        let expired = state.withLock { state in
            let expired = state.pending.filter { $0.value.deadline <= now }
            for ticket in expired.keys { state.pending[ticket] = nil }
            return expired.sorted { $0.key < $1.key }.map(\.value)
        }
        for pending in expired {
            pending.task?.cancel()
            answer(pending.question, .timedOut)
        }
    }

    private func answer(_ question: Question, _ outcome: Outcome) {
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

extension ZAPHandler.Outcome {
    /// Whom libzmq would take, but nobody could tell apart, is not let in.
    fileprivate func checked(for question: ZAPHandler.Question) -> ZAPHandler.Outcome {
        guard case .decided(let decision) = self, case .accept(let userID) = decision.verdict else { return self }
        let id = (userID ?? question.credentials.userID).utf8
        return (1...255).contains(id.count) && !id.contains(0) ? self : .impossibleUserID
    }

    /// What libzmq is told, and what is counted.
    ///
    /// What is nobody's decision is a temporary failure: the client comes again, and gets in once the policy works.
    fileprivate func reply(
        to question: ZAPHandler.Question
    ) -> (Message, WritableKeyPath<AuthStatistics, UInt64>) {
        let id = question.id
        switch self {
        case .decided(let decision):
            switch decision.verdict {
            case .accept(let userID):
                let userID = userID ?? question.credentials.userID
                return (ZAPStatus.accepted.reply(to: id, text: "OK", userID: userID), \.accepted)
            case .refuse: return (ZAPStatus.refused.reply(to: id, text: "Refused"), \.refused)
            case .temporaryFailure:
                return (ZAPStatus.temporaryFailure.reply(to: id, text: "Temporary failure"), \.temporaryFailures)
            }
        case .impossibleUserID: return (ZAPStatus.refused.reply(to: id, text: "Impossible user id"), \.failed)
        case .failed: return (ZAPStatus.temporaryFailure.reply(to: id, text: "The policy failed"), \.failed)
        case .timedOut: return (ZAPStatus.temporaryFailure.reply(to: id, text: "The policy did not answer"), \.timedOut)
        case .overloaded: return (ZAPStatus.temporaryFailure.reply(to: id, text: "Too many handshakes"), \.overloaded)
        }
    }
}
