// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A TCP client that speaks bytes. Its calls block: use it in `onThread`.
final class RawPeer: Sendable {
    private let descriptor: Int32

    struct Failure: Error { let errno: Int32 }

    init(port: Endpoint.Port?) throws {
        descriptor = try Self.connected(to: port?.number ?? 0)
    }

    /// Takes over a connection.
    init(adopting descriptor: Int32) { self.descriptor = descriptor }

    private static func connected(to port: UInt16) throws -> Int32 {
        #if canImport(Darwin)
        let stream = SOCK_STREAM
        #else
        let stream = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
        var limit = timeval(tv_sec: time_t(SocketTest.patience.components.seconds), tv_usec: 0)
        _ = unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = unsafe withUnsafeBytes(of: &address) { buffer in
            unsafe connect(
                descriptor,
                buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size)
            )
        }
        guard result == 0 else {
            let failure = Failure(errno: errno)
            _ = close(descriptor)
            throw failure
        }
        return descriptor
    }

    deinit { _ = close(descriptor) }

    /// Writes all bytes, or as many as the other end takes before it hangs up.
    func write(_ bytes: [UInt8]) {
        #if canImport(Darwin)
        let flags: Int32 = 0
        #else
        let flags = Int32(MSG_NOSIGNAL)
        #endif
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe send(descriptor, buffer.baseAddress! + position, buffer.count - position, flags)
            }
            guard count > 0 else { return }
            position += count
        }
    }

    func endWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes next; empty when the other end has hung up.
    func read(upTo count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress!, count, 0) }
        if got < 0, errno != ECONNRESET { throw Failure(errno: errno) }
        return Array(bytes.prefix(max(got, 0)))
    }

    /// Writes no more, and waits until the other end has hung up.
    func end() throws {
        endWriting()
        try readToEnd()
    }

    /// Reads until the other end hangs up; throws when it does not.
    func readToEnd() throws {
        while try !read(upTo: 4096).isEmpty {}
    }

    /// Reads so many bytes; throws when the other end hangs up before.
    func readExactly(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let piece = try read(upTo: count - bytes.count)
            if piece.isEmpty { throw Failure(errno: ECONNRESET) }
            bytes += piece
        }
        return bytes
    }
}

/// ZMTP 3.1 without security, as far as a test needs it. Source: ZeroMQ RFC 37/ZMTP.
extension RawPeer {
    /// What a connection begins with.
    static let greeting: [UInt8] =
        [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)

    /// A frame with a command of at most 255 bytes.
    static func command(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = [UInt8(name.utf8.count)] + Array(name.utf8) + data
        return [4, UInt8(body.count)] + body
    }

    /// The READY command of a socket of this type.
    static func ready(_ type: String) -> [UInt8] {
        let name = Array("Socket-Type".utf8)
        return command("READY", [UInt8(name.count)] + name + [0, 0, 0, UInt8(type.utf8.count)] + Array(type.utf8))
    }

    /// A message of one short frame.
    static func message(_ text: String) -> [UInt8] { [0, UInt8(text.utf8.count)] + Array(text.utf8) }

    /// The next frame: its flags, and its bytes.
    func readFrame() throws -> (flags: UInt8, body: [UInt8]) {
        let head = try readExactly(2)
        guard head[0] & 2 != 0 else { return (head[0], try readExactly(Int(head[1]))) }
        let size = ([head[1]] + (try readExactly(7))).reduce(0) { $0 << 8 | Int($1) }
        return (head[0], try readExactly(size))
    }

    /// Makes the library take this for a peer with a socket of this type. It has done so when this returns: only then
    /// does it answer a PING. What comes before its own READY, libzmq takes for a breach of the protocol.
    func handshake(as type: String) throws {
        write(Self.greeting + Self.ready(type))
        let greeting = try readExactly(Self.greeting.count)
        // The bytes between are padding.
        guard greeting[0] == 0xff, greeting[9...10] == [0x7f, 3] else { throw Refusal(answer: greeting) }
        var frame = try readFrame()
        guard frame.flags == 4, frame.body.starts(with: [5] + Array("READY".utf8)) else {
            throw Refusal(answer: frame.body)
        }
        write(Self.command("PING", [0, 0]))
        // What else the library has to say to a new peer comes first: subscriptions, say.
        let pong = [4] + Array("PONG".utf8)
        repeat { frame = try readFrame() } while frame.flags != 4 || frame.body != pong
    }

    /// The library did not answer as to a peer.
    struct Refusal: Error { let answer: [UInt8] }
}
