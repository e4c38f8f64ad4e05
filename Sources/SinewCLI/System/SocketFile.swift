// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The file of an `ipc` endpoint that the tool has bound. libzmq leaves it behind.
struct SocketFile: Sendable {
    private let path: String
    private let device: UInt64
    private let inode: UInt64

    /// Nil when there is no socket at the path.
    init?(_ path: String) {
        guard let (device, inode) = Self.identity(of: path) else { return nil }
        (self.path, self.device, self.inode) = (path, device, inode)
    }

    /// Removes it, unless another one has taken its place.
    func remove() {
        guard let (device, inode) = Self.identity(of: path), device == self.device, inode == self.inode else { return }
        _ = unsafe unlink(path)
    }

    private static func identity(of path: String) -> (UInt64, UInt64)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, UInt32(status.st_mode) & UInt32(S_IFMT) == UInt32(S_IFSOCK) else {
            return nil
        }
        return (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }
}
