// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

#if os(Linux)
/// Lowers this process's limit so that so many descriptors are free, however many it has inherited. For tests that run
/// in a process of their own; false when the limit could not be set.
package func leaveDescriptors(free count: Int) -> Bool {
    var free = 0
    var number: Int32 = 0
    while free < count {
        if fcntl(number, F_GETFD) < 0 { free += 1 }
        number += 1
    }
    var limit = rlimit(rlim_cur: rlim_t(number), rlim_max: rlim_t(number))
    return unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
}
#endif
