// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewProcess
import SinewCommandCore
import SinewCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Why the tool ends before it is done: a signal, or nobody reads its output any more.
final class Interruption: Sendable {
    /// The process's own.
    static let shared = Interruption()

    private struct State {
        var status: Int32?
        var began = ContinuousClock.now
        /// Ends what is running in good order, where the task's end would lose something.
        var stop: (@Sendable () -> Void)?
        var task: Task<Int32, Never>?
        var watchesOutput = false
    }

    private let state = Locked(State())

    /// The exit status that follows from it; nil when nothing happened.
    var status: Int32? { state.withLock { $0.status } }

    /// How long further signals are taken for the same wish: a terminal that is closed sends several.
    private static let oneWish = Duration.milliseconds(500)

    /// Has the first signal do this, and not cancel the task.
    ///
    /// - Returns: False when it has come already.
    func onSignal(_ stop: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            state.stop = stop
            return state.status == nil
        }
    }

    /// Has signals cancel a task from now on. Another signal half a second later or more ends the process at once.
    func watch(_ task: Task<Int32, Never>) {
        state.withLock { $0.task = task }
        let descriptor = sinew_process_forward_signals()
        guard descriptor >= 0 else { return }
        startThread { [self] in
            while case .success(let bytes) = Descriptor.read(descriptor, upTo: 1), let number = bytes.first {
                let status = ExitStatus.signal(Int32(number))
                if interrupt(status, isGentle: true) || isSameWish { continue }
                Leftovers.shared.removeAll()
                _exit(status)
            }
        }
    }

    /// Ends what is running, quietly, because whoever read the output has gone.
    func readerHasGone() { _ = interrupt(ExitStatus.signal(SIGPIPE), isGentle: false) }

    /// Has the end of whoever reads standard output end the tool, also while there is nothing to write.
    func watchOutput() {
        let isFirst = state.withLock { state in
            defer { state.watchesOutput = true }
            return !state.watchesOutput
        }
        guard isFirst, Descriptor.hasPeer(STDOUT_FILENO) else { return }
        startThread { [self] in
            // Nothing is asked for, so that only the other end's going away is reported.
            if Descriptor.isReady(STDOUT_FILENO, for: 0, within: -1) { readerHasGone() }
        }
    }

    private var isSameWish: Bool { state.withLock { ContinuousClock.now - $0.began < Self.oneWish } }

    /// False when it is not the first.
    private func interrupt(_ status: Int32, isGentle: Bool) -> Bool {
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.status == nil else { return nil }
            (state.status, state.began) = (status, .now)
            if isGentle, let stop = state.stop { return stop }
            return { [task = state.task] in task?.cancel() }
        }
        action?()
        return action != nil
    }
}
