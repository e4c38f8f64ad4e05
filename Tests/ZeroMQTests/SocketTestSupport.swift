// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the socket tests share.
enum SocketTest {
    /// No test waits longer for something that is going to happen.
    static let patience = Duration.seconds(20)

    /// Fails unless `body` throws this code, with a description that names the call and mentions these words.
    static func expect(
        _ code: ZMQError.Code,
        _ mentions: String...,
        at location: SourceLocation = #_sourceLocation,
        from body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("nothing was thrown instead of \(code)", sourceLocation: location)
        } catch let error as ZMQError {
            #expect(error.code == code, "\(error)", sourceLocation: location)
            #expect(!error.operation.isEmpty, sourceLocation: location)
            for word in [error.operation] + mentions {
                #expect(error.description.contains(word), "\(error) does not say \(word)", sourceLocation: location)
            }
        } catch {
            Issue.record("not a ZMQError: \(error)", sourceLocation: location)
        }
    }

    /// Random numbers that a seed repeats. Source: SplitMix64, Steele, Lea and Flood 2014.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }

        mutating func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
        }
    }

    /// A message whose bytes say which frame they are in.
    static func message(frames: Int, bytes: Int) throws -> Message {
        try Message(frames: (0..<frames).map { Frame([UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: bytes)) })
    }
}

/// A TCP client that knows nothing of ZeroMQ.
struct RawPeer: ~Copyable {
    private let descriptor: Int32

    struct Failure: Error { let errno: Int32 }

    init(port: Endpoint.Port?) throws {
        descriptor = try Self.connected(to: port?.number ?? 0)
    }

    private static func connected(to port: UInt16) throws -> Int32 {
        #if canImport(Darwin)
        let stream = SOCK_STREAM
        #else
        let stream = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
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

    /// Reads until the other end hangs up; throws when it does not.
    func readToEnd() throws {
        while try !read(upTo: 4096).isEmpty {}
    }

    /// ZMTP 3.0's greeting without security. Source: ZeroMQ RFC 23/ZMTP.
    static let greeting: [UInt8] =
        [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)

    /// ZMTP's READY command of a socket of this type.
    static func ready(_ type: String) -> [UInt8] {
        let name = Array("Socket-Type".utf8)
        let value = [0, 0, 0, UInt8(type.utf8.count)] + Array(type.utf8)
        let body = [5] + Array("READY".utf8) + [UInt8(name.count)] + name + value
        return [4, UInt8(body.count)] + body
    }
}
