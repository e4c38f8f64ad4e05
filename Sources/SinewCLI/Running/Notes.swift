// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How many lines nobody has taken.
private let missedNotes = Locked(0)

/// Writes one line to standard error. Whoever does not read it misses it, and is told so with the next one: a pipe that
/// is full must not hold up the tool.
///
/// - Parameters:
///   - text: What to say; becomes one line.
///   - patience: How many milliseconds it may take until there is room.
func note(_ text: String, patience: Int32 = 0) {
    let line = "sinew: \(text.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    missedNotes.withLock { missed in
        guard Descriptor.isReady(STDERR_FILENO, for: POLLOUT, within: patience) else {
            missed += 1
            return
        }
        if missed > 0 {
            let text = "sinew: \(missed) lines were left out here, because nobody read this\n"
            missed = 0
            _ = Descriptor.writeAll(STDERR_FILENO, Array(text.utf8))
            guard Descriptor.isReady(STDERR_FILENO, for: POLLOUT, within: patience) else {
                missed += 1
                return
            }
        }
        _ = Descriptor.writeAll(STDERR_FILENO, clipped(Array(line.utf8)))
    }
}

/// What a pipe with room at all takes at once.
private func clipped(_ line: [UInt8]) -> [UInt8] {
    let limit = Descriptor.atomicWriteBytes
    guard line.count > limit, Descriptor.hasPeer(STDERR_FILENO) else { return line }
    let mark = Array(" …\n".utf8)
    return line.prefix(limit - mark.count) + mark
}
