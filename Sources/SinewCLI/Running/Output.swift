// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Standard output: what is written is out when the call returns.
struct Output: Sendable {
    /// Begins to watch whether somebody reads.
    init() { Interruption.shared.watchOutput() }

    /// Writes some lines. Does not keep a thread of the pool when whoever reads them is slow.
    func write(_ bytes: [UInt8]) async throws {
        if bytes.count <= Descriptor.atomicWriteBytes, Descriptor.isReady(STDOUT_FILENO, for: POLLOUT) {
            return try check(Descriptor.writeAll(STDOUT_FILENO, bytes))
        }
        guard let failure = await onThread({ Descriptor.writeAll(STDOUT_FILENO, bytes) }) else {
            throw CancellationError()
        }
        try check(failure)
    }

    /// Writes one line of text.
    func write(line: String) async throws { try await write(Array("\(line)\n".utf8)) }

    private func check(_ failure: SystemFailure?) throws {
        guard let failure else { return }
        if failure.number == EPIPE {
            Interruption.shared.readerHasGone()
            throw CancellationError()
        }
        throw CommandFailure(.inputOutput, "standard output cannot be written: \(failure)")
    }
}
