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
        var task: Task<Int32, Never>?
        var watchesOutput = false
    }

    private let state = Locked(State())

    /// The exit status that follows from it; nil when nothing happened.
    var status: Int32? { state.withLock { $0.status } }

    /// Has signals cancel a task from now on. A second signal ends the process at once.
    func watch(_ task: Task<Int32, Never>) {
        state.withLock { $0.task = task }
        let descriptor = sinew_process_forward_signals()
        guard descriptor >= 0 else { return }
        startThread { [self] in
            while case .success(let bytes) = Descriptor.read(descriptor, upTo: 1), let number = bytes.first {
                let status = ExitStatus.signal(Int32(number))
                guard interrupt(status) else { _exit(status) }
            }
        }
    }

    /// Ends what is running, quietly, because whoever read the output has gone.
    func readerHasGone() { _ = interrupt(ExitStatus.signal(SIGPIPE)) }

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

    /// False when it is not the first.
    private func interrupt(_ status: Int32) -> Bool {
        let (isFirst, task) = state.withLock { state in
            guard state.status == nil else { return (false, nil as Task<Int32, Never>?) }
            state.status = status
            return (true, state.task)
        }
        task?.cancel()
        return isFirst
    }
}
