// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewBusCore
import SinewCommandCore
import SinewCore

/// What a command does with a node, from its making to its clean end.
final class BusSession: Sendable {
    private struct State {
        var refusals: Set<String> = []
        var isSuperseded = false
        /// Messages of ours that did not arrive, or are not known to have.
        var lost = 0
    }

    let node: Node
    private let state = Locked(State())

    /// How long the end may take, of what is done and of what was interrupted.
    private static let farewell = (whole: Duration.seconds(5), short: Duration.milliseconds(500))
    /// How many different reasons for refusals are told.
    private static let maximumRefusals = 16

    /// Whether what happens is told by others.
    private let isQuiet: Bool

    private let isToBeTold: Bool

    private init(_ node: Node, isQuiet: Bool, isToBeTold: Bool) {
        self.node = node
        self.isToBeTold = isToBeTold
        self.isQuiet = isQuiet
    }

    /// Runs a command with a node of its own. When it returns, the others have all that was published, and know that
    /// the node has left.
    ///
    /// - Parameters:
    ///   - options: Which node.
    ///   - isQuiet: Whether the command tells itself what happens.
    ///   - body: Gets the session.
    static func run(
        _ options: BusNodeOptions,
        isQuiet: Bool = false,
        _ body: (BusSession) async throws -> Void
    ) async throws {
        let (node, isToBeTold) = try await options.node()
        let session = BusSession(node, isQuiet: isQuiet, isToBeTold: isToBeTold)
        let events = node.events
        let watch = Task { for await event in events { session.take(event) } }
        do {
            try await body(session)
            try Task.checkCancellation()
        } catch {
            await session.end(within: farewell.short)
            await watch.value
            throw session.state.withLock({ $0.isSuperseded }) ? session.superseded : error
        }
        await session.end(within: farewell.whole)
        await watch.value
        let (isSuperseded, lost) = session.state.withLock { ($0.isSuperseded, $0.lost) }
        if isSuperseded { throw session.superseded }
        if lost > 0 {
            throw CommandFailure(.unavailable, "\(lost) messages did not arrive, or are not known to have; see above")
        }
    }

    /// Tells where the node is, if nobody can know; when it does what others expect of it.
    func tellEndpoint() { if isToBeTold { note("bound to \(node.endpoint)") } }

    /// Waits until so many nodes are linked and have said what they want, and so have all that are known of.
    ///
    /// - Throws: When there are fewer by then. That others could not be reached is only noted.
    func settle(atLeast count: Int, within limit: Duration) async throws {
        guard count > 0 else { return }
        let began = ContinuousClock.now
        var settledAt: ContinuousClock.Instant?
        while true {
            let now = ContinuousClock.now
            let peers = node.peers
            let there = peers.count { $0.isLinked && $0.isSynced }
            let isSettled = there >= count && peers.allSatisfy { $0.record == nil || $0.isLinked && $0.isSynced }
            settledAt = isSettled ? settledAt ?? now : nil
            // Those that the first one knows are heard of a moment later.
            if let settledAt, now - settledAt > .milliseconds(100) { return }
            guard now - began > limit else {
                try await Task.sleep(for: .milliseconds(5))
                continue
            }
            guard there >= count else {
                let reason = state.withLock { $0.refusals.sorted().first.map { " Last refusal: \($0)" } ?? "" }
                let what = "\(there) of \(count) nodes were linked within \(DurationText.text(limit))"
                let advice = "check that they run, --seed and --cluster, and that they reach this node at --bind"
                throw CommandFailure(.timedOut, "\(what); \(advice).\(reason)")
            }
            let missing = peers.filter { !($0.isLinked && $0.isSynced) }.map(\.name).joined(separator: ", ")
            return note("not linked with \(missing)")
        }
    }

    /// Ends the node, also when the task is cancelled.
    private func end(within limit: Duration) async {
        await Task { [node] in await node.shutdown(within: limit) }.value
        Leftovers.shared.removeFiles()
    }

    private var superseded: CommandFailure {
        CommandFailure(.unavailable, "another process took the name '\(node.name)'; give one of them another --name")
    }

    private func take(_ event: BusEvent) {
        switch event.kind {
        case .superseded: state.withLock { $0.isSuperseded = true }
        case .refused(let refusal) where !event.node.isEmpty:
            let text = "\(event.node): \(refusal.code), \(refusal.text)"
            let isNew = state.withLock { state in
                state.refusals.count < Self.maximumRefusals && state.refusals.insert(text).inserted
            }

            if isNew { note("not let in by \(text)") }
        case .dropped(let range, _), .inDoubt(let range):
            state.withLock { $0.lost += range.count }
            tell(event)
        case .delivered(let range):
            state.withLock { $0.lost -= min($0.lost, range.count) }
            tell(event)
        case .missed, .slowSubscriber, .garbage, .restarted, .lagged, .lost: tell(event)
        default: break
        }
    }

    private func tell(_ event: BusEvent) { if !isQuiet { note(event.text) } }
}
