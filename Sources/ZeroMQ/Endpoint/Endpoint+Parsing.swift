// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
    /// Reads libzmq's notation.
    ///
    /// - Throws: ``ZMQError/Code/invalidEndpoint``, naming the rule that is broken: no scheme, no port, a port out of
    ///   range (libzmq would silently use another one), an unclosed bracket, a NUL byte.
    public init(parsing text: String) throws(ZMQError) {
        func invalid(_ advice: String) -> ZMQError {
            ZMQError(.invalidEndpoint, operation: "Endpoint(parsing: \"\(text)\")", advice: advice)
        }
        guard !text.utf8.contains(0) else { throw invalid("it contains a NUL byte") }
        guard let separator = text.firstRange(of: "://") else {
            throw invalid("write a scheme first, as in tcp://127.0.0.1:5555, ipc:///tmp/name or inproc://name")
        }
        let scheme = text[..<separator.lowerBound]
        let rest = text[separator.upperBound...]
        guard !rest.isEmpty else { throw invalid("nothing follows \(scheme)://") }
        switch scheme {
        // With a source address to connect from, which this library has no constructor for.
        case "tcp" where rest.contains(";"): self.init(.other(text))
        case "tcp":
            guard let colon = rest.lastIndex(of: ":") else {
                throw invalid("write the port behind the host, as in tcp://127.0.0.1:5555")
            }
            let portText = rest[rest.index(after: colon)...]
            var host = rest[..<colon]
            if host.hasPrefix("[") {
                guard host.hasSuffix("]") else { throw invalid("the bracket of the IPv6 address is not closed") }
                host = host.dropFirst().dropLast()
            }
            guard !host.isEmpty else { throw invalid("write a host, or * to bind to all interfaces") }
            self = .tcp(String(host), port: try Endpoint.port(portText, orThrow: invalid))
        case "ipc": self = .ipc(String(rest))
        case "inproc": self = .inproc(String(rest))
        case "pgm", "epgm", "norm", "tipc", "vmci", "udp": self.init(.other(text))
        case _ where scheme != scheme.lowercased(): throw invalid("write the scheme in lower case")
        default: throw invalid("\"\(scheme)\" is not a transport of libzmq; use tcp, ipc or inproc")
        }
    }

    private static func port(_ text: Substring, orThrow invalid: (String) -> ZMQError) throws(ZMQError) -> Port {
        if text == "*" { return .any }
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw invalid("the port is not a number; write 1 to 65535, or * to bind to a free one")
        }
        guard let number = UInt16(text) else { throw invalid("the port is out of range; write 1 to 65535") }
        return Port(number)
    }
}
