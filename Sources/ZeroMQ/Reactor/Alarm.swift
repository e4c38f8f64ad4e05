// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// Calls a function on a context's own thread when a time has come: for machines over sockets, which have deadlines.
///
/// One time is waited for, the one that was set last. The function must not block.
package final class Alarm: Sendable {
    private let target: Target
    private let reactor: Reactor
    private let id: UInt64

    /// Makes an alarm that is not set.
    ///
    /// - Parameters:
    ///   - context: Whose thread calls the function.
    ///   - action: The function.
    package init(context: Context, action: @escaping @Sendable () -> Void) {
        target = Target(action)
        reactor = context.executor.reactor
        id = reactor.reserveTarget()
        reactor.register(target, as: id)
    }

    deinit {
        reactor.stop(.alarm, of: id)
        reactor.unregister(id)
    }

    /// Has the function called after a time, in place of any other that was set.
    package func set(after time: Duration) { reactor.start(.alarm, of: id, at: ContinuousClock.now + max(.zero, time)) }

    /// Has the function not called.
    package func cancel() { reactor.stop(.alarm, of: id) }

    private final class Target: ReactorTarget {
        private let action: @Sendable () -> Void

        init(_ action: @escaping @Sendable () -> Void) { self.action = action }

        func descriptorFired() {}

        func timerFired(_ timer: ReactorTimer) { action() }
    }
}
