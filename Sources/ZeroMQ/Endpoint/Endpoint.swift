// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Where a socket is bound or connects to, in libzmq's notation: `tcp://127.0.0.1:5555`, `ipc:///tmp/feed`,
/// `inproc://steps`.
///
/// An endpoint is checked when it is used, because the same one may be right for `connect` and wrong for `bind`.
public struct Endpoint: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case tcp(host: String, port: Port)
        case ipc(path: String)
        case inproc(name: String)
        /// A transport this library has no constructor for, passed to libzmq as it is.
        case other(String)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// A TCP endpoint.
    ///
    /// - Parameters:
    ///   - host: For `bind` a numeric address, the name of an interface, or `*` for all interfaces; for `connect` a
    ///     numeric address or a host name. IPv6 addresses are written without brackets and need
    ///     ``TransportOptions/ipv6``.
    ///   - port: The port; ``Port/any`` lets the system choose one (for `bind` only).
    public static func tcp(_ host: String, port: Port) -> Endpoint { Endpoint(.tcp(host: host, port: port)) }

    /// A UNIX-domain socket, for processes on the same machine.
    ///
    /// - Parameter path: A file path of at most 107 bytes (103 on macOS); `*` (for `bind` only) for one in a new
    ///   directory below `TMPDIR` or `/tmp`, which only this user may enter and which goes with the bind; or, on Linux,
    ///   `@name` for a name in the abstract namespace.
    public static func ipc(_ path: String) -> Endpoint { Endpoint(.ipc(path: path)) }

    /// A name within one ``Context``, for threads and tasks of this process. Connecting may come before binding.
    public static func inproc(_ name: String) -> Endpoint { Endpoint(.inproc(name: name)) }

    /// A TCP port.
    public struct Port: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
        /// The number; 0 stands for ``any``.
        public let number: UInt16

        /// A port by its number, 1 to 65535.
        public init(_ number: UInt16) { self.number = number }

        /// A port by a number that was computed; nil when it is not 0 (for ``any``) to 65535.
        public init?(exactly number: Int) {
            guard let number = UInt16(exactly: number) else { return nil }
            self.init(number)
        }

        /// A port by its number. Numbers above 65535 do not compile.
        public init(integerLiteral value: UInt16) { self.init(value) }

        /// Any free port: `bind` returns the one the system chose.
        public static let any = Port(0)

        /// The number, or `*`.
        public var description: String { self == .any ? "*" : String(number) }
    }

    var isInproc: Bool {
        if case .inproc = kind { true } else { false }
    }

    /// Whether the path is to be chosen by `bind`.
    var isTemporary: Bool { kind == .ipc(path: "*") }

    /// The port, of a TCP endpoint.
    public var port: Port? {
        if case .tcp(_, let port) = kind { port } else { nil }
    }
}

extension Endpoint: CustomStringConvertible {
    /// The endpoint in libzmq's notation.
    public var description: String {
        switch kind {
        case .tcp(let host, let port): "tcp://\(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host):\(port)"
        case .ipc(let path): "ipc://\(path)"
        case .inproc(let name): "inproc://\(name)"
        case .other(let text): text
        }
    }
}
