// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The services that run, and what they have said so far.
final class Stage {
    private let program: String
    private let seconds: Double
    private let acts: AsyncStream<(String, Member.Act)>
    private let tell: AsyncStream<(String, Member.Act)>.Continuation
    private let watchdog: Task<Void, Never>
    private var members: [Member] = []

    private(set) var ledger = Ledger()
    /// Where the first node is.
    private(set) var endpoint: String?
    /// The processes of those who are ready, by name.
    private(set) var processes: [String: String] = [:]
    /// Up to which order everything was published.
    private(set) var published = 0
    /// Who has said everything.
    private(set) var done: Set<String> = []
    /// Who has ended, and said everything that will ever come.
    private(set) var ended: [String: Int32] = [:]
    private var closed: Set<String> = []
    /// Who is to be killed, so that its end is none too early.
    var victim: String?

    init(program: String, within limit: Duration) {
        self.program = program
        seconds = limit / .seconds(1)
        let (acts, tell) = AsyncStream.makeStream(of: (String, Member.Act).self)
        (self.acts, self.tell) = (acts, tell)
        watchdog = Task {
            try? await Task.sleep(for: limit)
            tell.finish()
        }
    }

    deinit {
        watchdog.cancel()
        for member in members { member.kill() }
    }

    /// Starts a service.
    func start(_ role: ServiceCommand.Role, _ name: String, peers: Int) throws -> Member {
        var arguments = ["service", role.rawValue, name, "--peers", "\(peers)", "--timeout", "\(seconds)"]
        if let endpoint { arguments += ["--seed", endpoint] }
        let tell = tell
        let member = try Member(program: program, name: name, arguments) { tell.yield(($0, $1)) }
        members.append(member)
        return member
    }

    /// Listens until something is so.
    ///
    /// - Throws: When the time is over, or a service has ended that should not.
    func until(_ what: String, _ condition: (Stage) -> Bool) async throws {
        while !condition(self) {
            var iterator = acts.makeAsyncIterator()
            guard let (name, act) = await iterator.next() else {
                throw SceneFailure("not \(what) within \(seconds) s: \(state)")
            }
            try take(act, of: name)
        }
    }

    /// Whether everybody has ended, and was heard to the end.
    var isOver: Bool { members.allSatisfy { ended[$0.name] != nil && closed.contains($0.name) } }

    private var state: String {
        let waiting = members.map(\.name).filter { !done.contains($0) }
        return "published \(published), processes \(processes.count), not done \(waiting.joined(separator: " "))"
    }

    private func take(_ act: Member.Act, of name: String) throws {
        switch act {
        case .said(let word): take(word, of: name)
        case .babbled(let line): ledger.note("\(name) said: \(line)")
        case .closed: closed.insert(name)
        case .ended(let status):
            ended[name] = status
            if name != victim, status != 0 { throw SceneFailure("\(name) ended with status \(status); \(state)") }
        }
    }

    private func take(_ word: Word, of name: String) {
        switch word {
        case .endpoint(let text): endpoint = text
        case .ready(let process):
            processes[name] = process
            if name == Scene.auditName { ledger.open(process, name: name, isShipping: false) }
            if Scene.shippingNames.contains(name) { ledger.open(process, name: name, isShipping: true) }
        case .placed(let order, let copies): ledger.place(order, copies)
        case .published(let order): published = order
        case .taken(let order, let sequence): ledger.take(order, sequence, by: processes[name] ?? "")
        case .range(let kind, let process, let range): ledger.report(kind, process, range)
        case .trouble(let text): ledger.note("\(name): \(text)")
        case .done: done.insert(name)
        }
    }
}
