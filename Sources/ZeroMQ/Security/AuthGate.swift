// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// One server at the authenticator: its policy, how many clients are being decided about, and what became of them.
final class AuthGate: Sendable {
    /// How many clients are decided about at once. What a policy still works on after its time counts, so that one
    /// which never answers takes a bounded number of tasks with it.
    static let maximumUndecided = 128

    private struct State {
        var statistics = AuthStatistics()
        var undecided = 0
    }

    /// What libzmq calls the server in its questions.
    let domain: String
    /// The server.
    let socket: SocketName
    let mechanism: AuthMechanism
    let policy: AuthPolicy
    let directory: KeyDirectory?
    private let totals: AuthTotals
    private let state = Locked(State())

    init(domain: String, socket: SocketName, mechanism: AuthMechanism, policy: AuthPolicy, totals: AuthTotals) {
        self.domain = domain
        self.socket = socket
        self.mechanism = mechanism
        self.policy = policy
        self.totals = totals
        if case .directory(let path) = policy.rule { directory = KeyDirectory(path) } else { directory = nil }
    }

    var statistics: AuthStatistics { state.withLock { $0.statistics } }

    /// Returns how many there are now.
    @discardableResult
    func count(_ what: WritableKeyPath<AuthStatistics, UInt64>, _ number: Int = 1) -> UInt64 {
        totals.count(what, number)
        return state.withLock { state in
            state.statistics[keyPath: what] += UInt64(number)
            return state.statistics[keyPath: what]
        }
    }

    /// Whether one more client may be decided about; then ``end()`` must follow.
    func begin() -> Bool {
        state.withLock { state in
            guard state.undecided < Self.maximumUndecided else { return false }
            state.undecided += 1
            return true
        }
    }

    func end() { state.withLock { $0.undecided -= 1 } }
}
