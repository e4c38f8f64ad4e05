// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Files that are read as a whole.
enum FileContents {
    /// The most that is read: more is no file for this.
    static let maximumBytes = 16 << 20

    /// All bytes of a file. Does not keep a thread of the pool when they are slow to come.
    static func read(_ path: String) async throws -> [UInt8] {
        let result = await onThread { () -> Result<[UInt8]?, SystemFailure> in
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return .failure(.last) }
            defer { Descriptor.close(descriptor) }
            var bytes: [UInt8] = []
            while true {
                switch Descriptor.readWaiting(descriptor, upTo: 65_536) {
                case .success([]): return .success(bytes)
                case .success(let part): bytes += part
                case .failure(let failure): return .failure(failure)
                }
                if bytes.count > maximumBytes { return .success(nil) }
            }
        }
        switch result {
        case nil: throw CancellationError()
        case .success(let bytes?): return bytes
        case .success(nil): throw CommandFailure(.badData, "\(path) has more than \(maximumBytes >> 20) MiB")
        case .failure(let failure): throw CommandFailure(status(of: failure), "\(path) cannot be read: \(failure)")
        }
    }

    private static func status(of failure: SystemFailure) -> ExitStatus {
        switch failure.number {
        case ENOENT, ENOTDIR: .noInput
        case EACCES, EPERM: .noPermission
        default: .inputOutput
        }
    }
}
