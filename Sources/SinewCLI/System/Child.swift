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

/// A command of the user's, run by the shell.
struct Child: Sendable {
    /// How a run ended.
    enum End: Sendable, Hashable {
        /// It succeeded, and wrote this.
        case output([UInt8])
        /// It failed; the words say how.
        case failure(String)
    }

    /// What the shell runs.
    let command: String
    /// How long it may take; then it is killed, with all that it started in its process group.
    let limit: Duration
    /// How much it may write.
    let maximumOutputBytes: Int

    /// Gives the command its input, and waits for its end; nil when the task is cancelled, which kills it.
    func run(_ input: [UInt8]) async -> End? {
        let flag = Flag()
        // The tool must not end before it has killed the command.
        let end = await withTaskCancellationHandler {
            await onThreadToTheEnd { [self] in runBlocking(input, flag) }
        } onCancel: {
            flag.raise()
        }
        return flag.isUp ? nil : end
    }

    /// Whether somebody has asked for the end.
    private final class Flag: Sendable {
        private let value = Locked(false)
        var isUp: Bool { value.withLock { $0 } }
        func raise() { value.withLock { $0 = true } }
    }

    private func runBlocking(_ input: [UInt8], _ flag: Flag) -> End {
        var inputEnd: Int32 = -1
        var outputEnd: Int32 = -1
        let child = Leftovers.shared.start { unsafe sinew_process_spawn(command, &inputEnd, &outputEnd) }
        guard child >= 0 else { return .failure("cannot be started: \(SystemFailure.last)") }
        let deadline = ContinuousClock.now + limit
        let (output, problem) = exchange(input, inputEnd, outputEnd, until: deadline, flag)
        Descriptor.close(outputEnd)
        if problem != nil { _ = kill(-child, SIGKILL) }
        var number: Int32 = 0
        var end = Leftovers.shared.poll(child, &number)
        var isLate = problem != nil
        while end == Int32(SINEW_PROCESS_RUNNING) {
            if !isLate, ContinuousClock.now > deadline || flag.isUp {
                isLate = true
                _ = kill(-child, SIGKILL)
            }
            usleep(1000)
            end = Leftovers.shared.poll(child, &number)
        }
        if let problem { return .failure(problem) }
        if isLate { return .failure(tooLong) }
        if end == Int32(SINEW_PROCESS_KILLED) { return .failure("killed by signal \(number)") }
        return number == 0 ? .output(output) : .failure("exit status \(number)")
    }

    private var tooLong: String { "not done within \(DurationText.text(limit))" }

    /// Writes the input and reads the output at once, so that neither side waits for the other.
    private func exchange(
        _ input: [UInt8],
        _ inputEnd: Int32,
        _ outputEnd: Int32,
        until deadline: ContinuousClock.Instant,
        _ flag: Flag
    ) -> (output: [UInt8], problem: String?) {
        var isInputOpen = true
        defer { if isInputOpen { Descriptor.close(inputEnd) } }
        var written = 0
        var output: [UInt8] = []
        while true {
            if isInputOpen {
                if written < input.count, case .success(let count) = Descriptor.write(inputEnd, input, from: written) {
                    written += count
                }
                // A command need not read its input; one that has closed it has enough.
                let isRefused = Descriptor.isReady(inputEnd, for: 0)
                if written == input.count || isRefused {
                    Descriptor.close(inputEnd)
                    isInputOpen = false
                }
            }
            if flag.isUp { return (output, "interrupted") }
            if ContinuousClock.now > deadline { return (output, tooLong) }
            // While there is input left, look at that side again soon.
            guard Descriptor.isReady(outputEnd, for: POLLIN, within: isInputOpen ? 2 : 20) else { continue }
            guard case .success(let bytes) = Descriptor.read(outputEnd, upTo: 65_536) else { continue }
            if bytes.isEmpty { return (output, nil) }
            output += bytes
            guard output.count <= maximumOutputBytes else {
                return (output, "wrote more than \(maximumOutputBytes) bytes")
            }
        }
    }
}
