// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension SocketEngine {
    /// Accepts connections from a socket that somebody else has bound and listens with.
    func adopt(_ descriptor: Int32) throws(ZMQError) -> Endpoint {
        try checkMayBind()
        let listener = try Listener(descriptor) { advice in error(.invalidArgument, "bind(adopting:)", advice) }
        watchForLog()
        return try withHandle("bind(adopting:)") { (state) throws(ZMQError) in
            // libzmq closes the descriptor that it is given, when it is done with it.
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { throw failure(errno, "bind(adopting:)") }
            // A client that has gone again must not hold libzmq's thread up.
            _ = fcntl(copy, F_SETFL, fcntl(copy, F_GETFL) | O_NONBLOCK)
            do throws(ZMQError) {
                try set(copy, &state)
                defer { try? set(-1, &state) }
                try unsafe call(state, "bind", listener.address) { unsafe zmq_bind($0, $1) }
            } catch {
                // libzmq takes the descriptor as the last thing that can fail.
                _ = Platform.close(copy)
                throw error
            }
            let bound = try state.handle.lastEndpoint(or: Endpoint(parsing: listener.address))
            state.bound.insert(bound)
            state.mayHaveConnections = true
            return bound
        }
    }

    private func set(_ descriptor: Int32, _ state: inout EngineState) throws(ZMQError) {
        let bytes = unsafe withUnsafeBytes(of: descriptor) { unsafe Array($0) }
        try setOption(ZMQ_USE_FD, "bind(adopting:)", bytes, &state)
    }
}

/// The system's `close`, which the engine's own method of that name hides.
private enum Platform {
    static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Darwin)
        Darwin.close(descriptor)
        #else
        Glibc.close(descriptor)
        #endif
    }
}

/// What libzmq must be told to adopt a descriptor. It checks nothing itself, and aborts the process for one that is
/// closed.
private struct Listener {
    let address: String

    init(_ descriptor: Int32, orThrow refusal: (String) -> ZMQError) throws(ZMQError) {
        var name = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let found = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        guard found == 0 else {
            throw refusal("\(descriptor) is not an open socket; pass one that listens")
        }
        guard Listener.number(SO_TYPE, of: descriptor) == Listener.streamType,
            Listener.number(SO_ACCEPTCONN, of: descriptor) == 1
        else { throw refusal("the socket does not listen; call bind and listen on it first, for a stream") }
        switch Int32(name.ss_family) {
        // libzmq looks at the transport only.
        case AF_INET, AF_INET6: address = "tcp://127.0.0.1:1"
        case AF_UNIX: address = "ipc://\(Listener.path(&name, Int(size)))"
        default: throw refusal("only TCP and UNIX-domain sockets can be adopted")
        }
    }

    private static func path(_ name: inout sockaddr_storage, _ size: Int) -> String {
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let path = unsafe withUnsafeBytes(of: &name) { unsafe Array($0[min(offset, size)..<size]) }
        // A name in Linux's abstract namespace begins with zero.
        if path.first == 0 { return "@" + String(decoding: path.dropFirst(), as: UTF8.self) }
        return String(decoding: path.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func number(_ option: Int32, of descriptor: Int32) -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : -1
    }

    #if canImport(Darwin)
    private static let streamType = SOCK_STREAM
    #else
    private static let streamType = Int32(SOCK_STREAM.rawValue)
    #endif
}
