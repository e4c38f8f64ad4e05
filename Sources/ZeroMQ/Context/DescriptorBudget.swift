// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// libzmq aborts the process when it cannot open a descriptor, so a socket is refused while a few are still left.
enum DescriptorBudget {
    /// A socket needs one for its mailbox, and some for its first connections.
    private static let reserve = 4

    static func check(_ operation: String) throws(ZMQError) {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<reserve {
            let descriptor = dup(0)
            if descriptor >= 0 {
                opened.append(descriptor)
            } else if errno == EMFILE || errno == ENFILE {
                throw ZMQError(
                    .fileDescriptorBudget,
                    operation: operation,
                    advice: "close sockets or files, or raise the limit of open files (ulimit -n)",
                    errno: errno
                )
            } else {
                return
            }
        }
    }
}
