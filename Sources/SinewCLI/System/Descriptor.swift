// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What is done with a descriptor: each call is one of the system's, made again when a signal interrupts it.
enum Descriptor {
    /// What can be written to a pipe that has room at all.
    #if os(Linux)
    static let atomicWriteBytes = 4096
    #else
    static let atomicWriteBytes = 512
    #endif

    /// Whether a descriptor has what is asked for within a time; for ever without one. True as well when it has failed.
    static func isReady(_ descriptor: Int32, for events: Int32, within milliseconds: Int32 = 0) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let count = unsafe poll(&watched, 1, milliseconds)
            if count >= 0 { return count > 0 }
            if errno != EINTR { return true }
        }
    }

    /// Whether the other end of a connection has been closed.
    static func isClosedByPeer(_ descriptor: Int32) -> Bool { isReady(descriptor, for: 0) }

    /// Reads what is there, at most `count` bytes; none at the end. May wait, unless the descriptor does not.
    static func read(_ descriptor: Int32, upTo count: Int) -> Result<[UInt8], SystemFailure> {
        var failure: SystemFailure?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            while true {
                let got = unsafe readFile(descriptor, buffer.baseAddress!, count)
                if got >= 0 {
                    used = got
                    return
                }
                if errno != EINTR {
                    failure = .last
                    return
                }
            }
        }
        return failure.map { .failure($0) } ?? .success(bytes)
    }

    /// The same, but waits for something also where the descriptor does not.
    static func readWaiting(_ descriptor: Int32, upTo count: Int) -> Result<[UInt8], SystemFailure> {
        while true {
            let result = read(descriptor, upTo: count)
            guard case .failure(let failure) = result, failure.number == EAGAIN else { return result }
            _ = isReady(descriptor, for: POLLIN, within: -1)
        }
    }

    /// Writes from a position on, and returns how many bytes were taken.
    static func write(_ descriptor: Int32, _ bytes: [UInt8], from position: Int) -> Result<Int, SystemFailure> {
        unsafe bytes.withUnsafeBytes { buffer in
            while true {
                let count = unsafe writeFile(descriptor, buffer.baseAddress! + position, buffer.count - position)
                if count >= 0 { return .success(count) }
                if errno != EINTR { return .failure(.last) }
            }
        }
    }

    /// Writes everything; waits for as long as it takes, also where the descriptor does not.
    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> SystemFailure? {
        var position = 0
        while position < bytes.count {
            switch write(descriptor, bytes, from: position) {
            case .success(let count): position += count
            case .failure(let failure) where failure.number == EAGAIN:
                _ = isReady(descriptor, for: POLLOUT, within: -1)
            case .failure(let failure): return failure
            }
        }
        return nil
    }

    /// Closes it.
    static func close(_ descriptor: Int32) { _ = closeFile(descriptor) }

    /// What a path or an open descriptor is.
    static func mode(of descriptor: Int32) -> UInt32? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        return UInt32(status.st_mode)
    }

    /// Whether it is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Whether a pipe or a socket is at the other end, so that it can go away.
    static func hasPeer(_ descriptor: Int32) -> Bool {
        guard let type = mode(of: descriptor).map({ $0 & UInt32(S_IFMT) }) else { return false }
        return type == UInt32(S_IFIFO) || type == UInt32(S_IFSOCK)
    }
}

private func readFile(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    unsafe read(descriptor, buffer, count)
}
private func writeFile(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
