// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A socket of the system that listens, on 127.0.0.1 or at a path. Its calls block: use it in `onThread`.
final class RawListener: Sendable {
    #if canImport(Darwin)
    static let streamType = SOCK_STREAM
    #else
    static let streamType = Int32(SOCK_STREAM.rawValue)
    #endif

    let descriptor: Int32
    var port: UInt16 { KernelSocket(descriptor: descriptor).localPort }

    /// - Parameter listens: Whether it takes connections; else they are refused, and nobody else gets the port.
    init(listens: Bool = true) throws {
        descriptor = socket(AF_INET, RawListener.streamType, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        guard unsafe withAddress(of: &address, { unsafe bind(descriptor, $0, $1) }) == 0,
            !listens || listen(descriptor, 16) == 0
        else {
            throw RawPeer.Failure(errno: errno)
        }
    }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, RawListener.streamType, 0)
        var address = unixAddress(path)
        guard unsafe withAddress(of: &address, { unsafe bind(descriptor, $0, $1) }) == 0, listen(descriptor, 16) == 0
        else {
            throw RawPeer.Failure(errno: errno)
        }
    }

    deinit { _ = close(descriptor) }

    /// The next connection.
    func accepted() throws -> RawPeer {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { throw RawPeer.Failure(errno: errno) }
        return RawPeer(adopting: connection)
    }
}

extension RawPeer {
    /// Connects to a UNIX-domain socket.
    convenience init(path: String) throws {
        let descriptor = socket(AF_UNIX, RawListener.streamType, 0)
        var address = unixAddress(path)
        guard unsafe withAddress(of: &address, { unsafe connect(descriptor, $0, $1) }) == 0 else {
            throw Failure(errno: errno)
        }
        self.init(adopting: descriptor)
    }
}

private func unixAddress(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return address
}

private func withAddress<Address>(
    of address: inout Address,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    unsafe withUnsafeBytes(of: &address) { buffer in
        unsafe body(buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
    }
}

/// A TCP socket of this process, as the system sees it.
struct KernelSocket {
    let descriptor: Int32

    /// Those with this port at either end: of a bound socket, its listener and both ends of its connections.
    static func all(withPort port: UInt16) -> [KernelSocket] {
        (3..<4096).map { KernelSocket(descriptor: $0) }.filter { $0.localPort == port || $0.remotePort == port }
    }

    static func listener(atPort port: UInt16) -> KernelSocket? {
        all(withPort: port).first { $0.number(SOL_SOCKET, SO_ACCEPTCONN) == 1 }
    }

    static func connections(atPort port: UInt16) -> [KernelSocket] {
        all(withPort: port).filter { $0.number(SOL_SOCKET, SO_ACCEPTCONN) != 1 }
    }

    var localPort: UInt16 { unsafe port { unsafe getsockname(descriptor, $0, $1) } }
    var remotePort: UInt16 { unsafe port { unsafe getpeername(descriptor, $0, $1) } }

    private func port(_ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutableBytes(of: &address) { buffer in
            unsafe ask(buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), &size)
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return 0 }
        return UInt16(bigEndian: address.sin_port)
    }

    func number(_ level: Int32, _ option: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, level, option, &value, &size) == 0 ? value : nil
    }

    func bytes(_ level: Int32, _ option: Int32, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var size = socklen_t(count)
        guard unsafe getsockopt(descriptor, level, option, &bytes, &size) == 0 else { return [] }
        return Array(bytes.prefix(Int(size)))
    }
}
