// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// libzmq aborts the process when it cannot open a descriptor, so a socket is refused while a few are still left.
enum DescriptorBudget {
    static func allows(_ count: Int) -> Bool { (try? check("", needing: count)) != nil }

    /// Throws unless the process can open this many descriptors now.
    static func check(_ operation: String, needing count: Int) throws(ZMQError) {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        while opened.count < count {
            let descriptor = socket(AF_UNIX, streamType, 0)
            guard descriptor < 0 else {
                opened.append(descriptor)
                continue
            }
            if errno == EMFILE || errno == ENFILE {
                throw ZMQError(
                    .fileDescriptorBudget,
                    operation: operation,
                    advice: "\(count) are needed; close sockets or files, or raise the limit (ulimit -n)",
                    errno: errno
                )
            }
            return
        }
    }

    #if canImport(Darwin)
    private static let streamType = SOCK_STREAM
    #else
    /// Close-on-exec, because another thread may start a program meanwhile.
    private static let streamType = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    #endif
}
