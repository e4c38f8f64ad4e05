// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// An error number of the system, with its meaning.
struct SystemFailure: Error, Sendable, CustomStringConvertible {
    let number: Int32

    /// The calling thread's last error.
    static var last: SystemFailure { SystemFailure(number: errno) }

    var description: String { unsafe String(cString: strerror(number)) }
}
