// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims
import SinewCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file of this machine that is open.
final class SystemFile: OpenFile {
    private let descriptor: Int32
    private let path: String

    init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    func size() throws(FileError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("size", path) }
        return Int(status.st_size)
    }

    func read(_ count: Int, at position: Int, into buffer: inout [UInt8]) throws(FileError) -> Int {
        var number: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(0, count)) { target, used in
            while used < count, let start = target.baseAddress {
                let got = unsafe pread(descriptor, start + used, count - used, off_t(position + used))
                if got == 0 { return }
                if got > 0 {
                    used += got
                } else if errno != EINTR {
                    number = errno
                    return
                }
            }
        }
        guard number == 0 else { throw .number(number, "read", path) }
        if buffer.isEmpty { buffer = bytes } else { buffer += bytes }
        return bytes.count
    }

    func write(_ bytes: [UInt8], at position: Int) throws(FileError) {
        var number: Int32 = 0
        unsafe bytes.withUnsafeBytes { source in
            var done = 0
            while done < source.count, let start = source.baseAddress {
                let put = unsafe pwrite(descriptor, start + done, source.count - done, off_t(position + done))
                if put > 0 {
                    done += put
                } else if put == 0 || errno != EINTR {
                    number = put == 0 ? EIO : errno
                    return
                }
            }
        }
        guard number == 0 else { throw .number(number, "write", path) }
    }

    func synchronize() throws(FileError) {
        let number = sinew_file_synchronize(descriptor)
        guard number == 0 else { throw .number(number, "synchronise", path) }
    }

    func truncate(to size: Int) throws(FileError) {
        while ftruncate(descriptor, off_t(size)) != 0 {
            if errno != EINTR { throw .last("truncate", path) }
        }
    }

    func reserve(_ size: Int) throws(FileError) {
        let number = sinew_file_reserve(descriptor, Int64(size))
        guard number == 0 else { throw .number(number, "reserve", path) }
    }
}
