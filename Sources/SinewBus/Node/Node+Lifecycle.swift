// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle
public import SinewBusCore
import SinewCore
import ZeroMQ

extension Node {
    /// Waits until so many other nodes are linked with this one, in both directions.
    ///
    /// What a peer wants is known a moment after that: a message that it must not miss waits for ``isWanted(_:)``. (A
    /// request waits by itself.)
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - timeout: How long to wait at most.
    /// - Throws: `BusError`: `notLinked` when there are fewer by then, `cancelled`, `closed`.
    public func ready(peers count: Int, within timeout: Duration) async throws(BusError) {
        let core = core
        let reason = await core.news.wait(until: Monotonic.now.advanced(by: timeout)) {
            core.control.withLock { $0.machine.linkedPeers } >= count
        }
        switch reason {
        case .ready, .readyAtOnce: return
        case .cancelled: throw BusError(.cancelled, "waiting for \(count) peers")
        case .expired:
            let there = core.control.withLock { $0.machine.linkedPeers }
            throw BusError(.notLinked, "\(there) of \(count) peers are linked with '\(name)'")
        default: throw BusError(.closed, "node '\(name)'")
        }
    }

    /// Ends the node in good order: it takes nothing new, lets responders finish what they have begun, sends what
    /// waits, waits until peers have it, and tells them that it leaves.
    ///
    /// - Parameter limit: How long all of that may take; what is not done by then is given up, and told as events. Nil
    ///   for ``Options/shutdownTimeout``.
    public func shutdown(within limit: Duration? = nil) async {
        await core.drain(within: limit ?? core.options.shutdownTimeout)
    }

    /// Runs until the service group shuts down gracefully or the task is cancelled, then ends the node as
    /// ``shutdown(within:)`` does.
    ///
    /// - Throws: `BusError` with `superseded` when a later process took the node's name.
    public func run() async throws {
        let core = core
        await cancelWhenGracefulShutdown {
            _ = await core.news.wait(until: .distantFuture) { core.lifecycle.withLock { $0.isOver } }
        }
        if let error = core.failure.withLock({ $0 }) { throw error }
        await core.drain(within: core.options.shutdownTimeout)
    }
}

extension Node: Service {}

extension NodeCore {
    /// Ends in good order.
    func drain(within limit: Duration) async {
        isOpen.set(0)
        guard lifecycle.withLock({ $0.drain() }) else { return }
        let deadline = Monotonic.now.advanced(by: limit)
        // Nobody new: peers learn that nothing is wanted here any more, and choose other members of queue groups.
        for subscription in local.withLock({ $0.all }) { unsubscribe(subscription) }
        let version = control.withLock { $0.machine.interestVersion }
        _ = await news.wait(until: deadline) {
            self.control.withLock { $0.machine.unconfirmed(version).isEmpty } && self.requests.withLock { $0.isIdle }
        }
        for peer in outbound.withLock({ $0.all }) { send(peer, force: true) }
        _ = await news.wait(until: deadline) {
            self.outbound.withLock { $0.all }.allSatisfy { peer in
                peer.state.withLock { $0.lane.link == nil || ($0.lane.isDrained && $0.lane.confirmed >= $0.lane.sent) }
            }
        }
        // So that the farewell says how far this node really is.
        tellPositions()
        step(.leave)
        // Another thread may be the one that says farewell, because it performed what came before.
        while control.withLock({ $0.isBusy }), Monotonic.now < deadline { await Task.yield() }
        abandon()
        // A process that ends at once would take the farewell along, and the others would wait for it in vain. Also
        // when the task is cancelled: links let go within a moment.
        let rest = max(.seconds(1), Monotonic.now.duration(to: deadline))
        await Task { [context] in try? await context.terminate(within: rest) }.value
    }
}
