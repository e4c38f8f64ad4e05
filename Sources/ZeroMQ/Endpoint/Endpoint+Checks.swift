// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CSinewShims

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension Endpoint {
    /// What libzmq needs to see, after checks that libzmq does not make itself.
    func checkedForBind(_ operation: @autoclosure () -> String) throws(ZMQError) -> String {
        switch kind {
        case .tcp(let host, _):
            try check(host: host, operation())
            guard host != "localhost" else {
                throw invalid(operation(), "libzmq binds to addresses, not to host names; write 127.0.0.1 or *")
            }
        case .ipc(let path):
            try checkPath(path, operation())
            guard path != "*" else { break }
            guard !path.hasPrefix("*") else {
                throw invalid(operation(), "libzmq takes a path that begins with * for a wildcard; write ./\(path)")
            }
            try Endpoint.checkFree(path, operation())
        case .inproc(let name): try checkName(name, operation())
        case .other(let text): try check(text: text, operation())
        }
        return description
    }

    /// What libzmq needs to see, after checks that libzmq does not make itself.
    func checkedForConnect(_ operation: @autoclosure () -> String) throws(ZMQError) -> String {
        switch kind {
        case .tcp(let host, let port):
            try check(host: host, operation())
            guard port != .any else {
                throw invalid(operation(), "connect needs a port; pass the endpoint that bind returned")
            }
            guard host != "*" else { throw invalid(operation(), "connect needs a host; * is for bind") }
        case .ipc(let path):
            try checkPath(path, operation())
            guard path != "*" else { throw invalid(operation(), "connect needs a path; * is for bind") }
        case .inproc(let name): try checkName(name, operation())
        case .other(let text): try check(text: text, operation())
        }
        return description
    }

    /// The longest path that fits a socket address, without its terminating NUL.
    static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    private func checkPath(_ path: String, _ operation: String) throws(ZMQError) {
        try check(text: path, operation)
        guard path.utf8.count <= Endpoint.longestPath else {
            throw invalid(
                operation,
                "the path has \(path.utf8.count) bytes; a UNIX-domain socket takes at most \(Endpoint.longestPath)"
            )
        }
    }

    private func checkName(_ name: String, _ operation: String) throws(ZMQError) {
        try check(text: name, operation)
        guard name.utf8.count <= 255 else { throw invalid(operation, "inproc names have at most 255 bytes") }
    }

    private func check(host: String, _ operation: String) throws(ZMQError) {
        try check(text: host, operation)
        guard !host.hasPrefix("[") else { throw invalid(operation, "write an IPv6 address without brackets") }
        guard !host.contains(where: \.isWhitespace) else {
            throw invalid(operation, "a host has no spaces; write one endpoint at a time")
        }
        guard !host.contains("@") else { throw invalid(operation, "a host has no user name") }
    }

    private func check(text: String, _ operation: String) throws(ZMQError) {
        guard !text.isEmpty else { throw invalid(operation, "the address is empty") }
        guard !text.utf8.contains(0) else { throw invalid(operation, "the address contains a NUL byte") }
    }

    private func invalid(_ operation: String, _ advice: String) -> ZMQError {
        ZMQError(.invalidEndpoint, operation: operation, advice: advice)
    }

    /// libzmq unlinks whatever is at the path before it binds: a file of any kind, and a socket even when somebody
    /// listens there (libzmq#2059).
    private static func checkFree(_ path: String, _ operation: String) throws(ZMQError) {
        let isAbstract = path.hasPrefix("@")
        let name = isAbstract ? String(path.dropFirst()) : path
        let advice: String
        switch unsafe Int(sinew_ipc_probe(name, isAbstract ? 1 : 0)) {
        case SINEW_IPC_FREE: return
        case SINEW_IPC_LIVE:
            advice = "another socket is bound to this path (libzmq would take it away); choose another path"
        case SINEW_IPC_FILE:
            advice = "there is a file at this path (libzmq would delete it); choose another path"
        default:
            let error = errno
            let reason = unsafe String(cString: strerror(error))
            throw ZMQError(
                .system,
                operation: operation,
                advice: "whether somebody uses this path cannot be told (\(reason)); "
                    + "check its folders and their permissions",
                errno: error
            )
        }
        throw ZMQError(.addressInUse, operation: operation, advice: advice)
    }

    /// What libzmq needs to see to find an endpoint again.
    func checkedText(_ operation: String) throws(ZMQError) -> String {
        try check(text: description, "\(operation) \(self)")
        return description
    }
}
