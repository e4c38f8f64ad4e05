// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewProcess

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The process's connections over `ipc`, kept open until the peers have read what was sent.
///
/// libzmq 4.3 gives up a UNIX-domain connection whose other end was closed while the reader's queue is full, and loses
/// what the system still holds. So the tool does not let go of its end before that is nothing. Streams beyond the first
/// 1024, or with descriptors from 4096 on, are not held.
struct HeldStreams: ~Copyable {
    private static let maximumCount = 1024

    private let descriptors: [Int32]

    /// Holds the connections that there are.
    init() {
        var descriptors = [Int32](repeating: -1, count: Self.maximumCount)
        let count = unsafe descriptors.withUnsafeMutableBufferPointer { buffer in
            unsafe sinew_process_hold_streams(0, buffer.baseAddress, Int32(buffer.count))
        }
        self.descriptors = Array(descriptors.prefix(Int(count)))
    }

    deinit { for descriptor in descriptors { Descriptor.close(descriptor) } }

    /// Whether everything that was written has been read, or will never be.
    var areRead: Bool {
        descriptors.allSatisfy { descriptor in
            sinew_process_unread(descriptor) == 0 || Descriptor.isClosedByPeer(descriptor)
        }
    }
}
