// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// A context's servers and their policies, and the one handler that libzmq asks about clients.
///
/// The handler runs from before the first server exists until the last one is closed.
final class Authenticator: Sendable {
    private struct State {
        var gates: [String: AuthGate] = [:]
        var handler: ZAPHandler?
        var nextDomain = 1
    }

    let totals = AuthTotals()
    private let state = Locked(State())

    /// Makes the entry of a server that is about to be made.
    ///
    /// The lock is held while the handler is made or its name is given back, so that there is never a server without a
    /// handler, and never two handlers. No user code runs meanwhile, and nobody is resumed.
    func open(
        _ mechanism: AuthMechanism,
        _ policy: AuthPolicy,
        _ socket: SocketName,
        in context: ContextCore
    ) throws(ZMQError) -> AuthGate {
        let operation = socket.description
        guard policy.applies(to: mechanism) else {
            let advice = "the policy \(policy) cannot tell about \(mechanism) clients"
            throw ZMQError(.invalidArgument, operation: "\(operation), option security", advice: advice)
        }
        if mechanism == .curve { try CurveKey.require("\(operation), option security") }
        // In a child the lock may be held for ever.
        try context.checkProcess(operation)
        // A mistaken path shows now, and not when the first client is turned away.
        if case .directory(let path) = policy.rule { _ = try KeyDirectory.content(of: path) }
        return try state.withLock { (state) throws(ZMQError) in
            if state.handler?.isRunning != true {
                let handler = try ZAPHandler(in: context)
                handler.start()
                state.handler = handler
            }
            let domain = "sinew-\(state.nextDomain)"
            let gate = AuthGate(
                domain: domain,
                socket: socket,
                mechanism: mechanism,
                policy: policy,
                totals: totals
            )
            state.nextDomain += 1
            state.gates[domain] = gate
            return gate
        }
    }

    /// Forgets a server that was closed, or could not be made.
    func close(_ gate: AuthGate) {
        let (handler, isLast) = state.withLock { state -> (ZAPHandler?, Bool) in
            let handler = state.handler
            guard state.gates.removeValue(forKey: gate.domain) != nil, state.gates.isEmpty else {
                return (handler, false)
            }
            handler?.releaseName()
            state.handler = nil
            return (handler, true)
        }
        handler?.forget(gate)
        if isLast { handler?.close() }
    }

    /// The one that runs, while there is a server.
    var handler: ZAPHandler? { state.withLock { $0.handler } }

    func gate(for domain: String) -> AuthGate? { state.withLock { $0.gates[domain] } }
}
