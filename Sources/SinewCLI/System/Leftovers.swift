// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewProcess
import SinewCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the process must not leave behind, also when it ends at once: commands that run, and files of `ipc` endpoints.
final class Leftovers: Sendable {
    /// The process's own.
    static let shared = Leftovers()

    private struct State {
        var children: Set<pid_t> = []
        var files: [SocketFile] = []
    }

    private let state = Locked(State())

    /// Starts a command in a process group of its own, and remembers it until ``poll(_:_:)`` has seen its end.
    func start(_ start: () -> pid_t) -> pid_t {
        state.withLock { state in
            let child = start()
            if child > 0 { state.children.insert(child) }
            return child
        }
    }

    /// How a child is doing. Nobody kills a number that the system may have given to another process by then.
    func poll(_ child: pid_t, _ number: inout Int32) -> Int32 {
        state.withLock { state in
            let end = unsafe sinew_process_poll(child, &number)
            if end != Int32(SINEW_PROCESS_RUNNING) { state.children.remove(child) }
            return end
        }
    }

    /// A file that was made.
    func keep(_ file: SocketFile) { state.withLock { $0.files.append(file) } }

    /// Removes the files of sockets that were closed.
    func removeFiles() {
        let files = state.withLock { state in exchange(&state.files, with: []) }
        for file in files { file.remove() }
    }

    /// Removes everything.
    func removeAll() {
        state.withLock { state in for child in state.children { _ = kill(-child, SIGKILL) } }
        removeFiles()
    }
}
