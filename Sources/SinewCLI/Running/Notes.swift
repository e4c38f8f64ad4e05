// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Writes one line to standard error. Whoever does not read it misses it.
func note(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    _ = Descriptor.writeAll(STDERR_FILENO, Array("sinew: \(line)\n".utf8))
}
