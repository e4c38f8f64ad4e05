// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A place for an `ipc` endpoint whose path nobody chose: a directory of its own, which only this user may enter, in
/// the system's temporary directory.
///
/// libzmq's own choice is the current directory unless `TMPDIR` is set, and what it makes there it leaves behind when
/// the process is killed.
struct TemporaryPath: Sendable {
    let path: String
    private let directory: String

    var endpoint: Endpoint { .ipc(path) }

    /// Makes the directory, in the first of the system's temporary directories where that is possible.
    init(_ operation: @autoclosure () -> String) throws(ZMQError) {
        var failure: Int32 = 0
        for parent in Self.parents {
            var template = Array("\(parent)/sinew-XXXXXX".utf8CString)
            // The longest path is that of the socket.
            guard template.count + Self.name.utf8.count <= Endpoint.longestPath else { continue }
            let isMade = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
            guard isMade else {
                failure = errno
                continue
            }
            directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = "\(directory)/\(Self.name)"
            return
        }
        let advice =
            "no directory could be made in \(Self.parents.joined(separator: " or ")); set TMPDIR, or choose a path"
        throw ZMQError(.addressNotAvailable, operation: operation(), advice: advice, errno: failure)
    }

    /// Removes the socket's file, whether or not libzmq still listens, and the directory.
    func remove() {
        _ = unsafe unlink(path)
        _ = unsafe rmdir(directory)
    }

    private static let name = "socket"

    /// Where programs put what is temporary, as the user wishes and as the system has it.
    private static var parents: [String] {
        let wish = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }
        return [wish, "/tmp"].compactMap { parent in
            guard var parent, parent.hasPrefix("/") else { return nil }
            while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
            return parent
        }
    }
}
