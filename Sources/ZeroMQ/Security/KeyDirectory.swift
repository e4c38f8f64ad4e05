// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The public certificates in a directory, read anew for every question.
///
/// Reading happens on a thread of its own, of which there is at most one: a file system that hangs keeps no thread of
/// Swift's pool. Questions that come while it reads wait for the next reading, which answers them all.
final class KeyDirectory: Sendable {
    static let maximumEntries = 4096

    /// What is in the directory.
    struct Content: Sendable {
        var keys: Set<CurvePublicKey> = []
        /// Files that could not be read.
        var failures: [ZMQError] = []
    }

    typealias Answer = @Sendable (Result<Content, ZMQError>) -> Void

    private struct State {
        var waiting: [Answer] = []
        var isReading = false
    }

    let path: String
    private let state = Locked(State())

    init(_ path: String) { self.path = path }

    /// Reads the directory after this call, and hands over what is in it. Who asks bounds how many wait.
    func read(_ answer: @escaping Answer) {
        let mustStart = state.withLock { state in
            state.waiting.append(answer)
            defer { state.isReading = true }
            return !state.isReading
        }
        guard mustStart else { return }
        do throws(ZMQError) { try startThread(named: "zmq-keys") { self.answerAll() } } catch {
            let waiting = state.withLock { state in
                defer { state = State() }
                return state.waiting
            }
            for answer in waiting { answer(.failure(error)) }
        }
    }

    private func answerAll() {
        while true {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isReading = false }
                return state.waiting
            }
            if waiting.isEmpty { return }
            let content = Result { () throws(ZMQError) in try Self.content(of: path) }
            for answer in waiting { answer(content) }
        }
    }

    /// Reads all certificates now.
    static func content(of path: String) throws(ZMQError) -> Content {
        let operation = "read key directory \(path)"
        guard !path.utf8.contains(0) else { throw KeyFile.invalid(operation, "its name has a zero byte") }
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KeyFile.system(operation) }
        guard let stream = unsafe fdopendir(descriptor) else {
            let error = KeyFile.system(operation)
            close(descriptor)
            throw error
        }
        defer { unsafe closedir(stream) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw KeyFile.system(operation) }
        guard UInt32(status.st_mode) & 0o002 == 0 else {
            throw KeyFile.tooOpen(operation, UInt32(status.st_mode), "everybody may add keys; use chmod o-w")
        }
        var content = Content()
        var count = 0
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw KeyFile.system(operation) }
                return content
            }
            count += 1
            // Two are the directory itself and the one above.
            guard count <= maximumEntries + 2 else {
                throw KeyFile.invalid(operation, "it has more than \(maximumEntries) entries; use a policy of your own")
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".key"), !name.hasPrefix(".") else { continue }
            do throws(ZMQError) {
                content.keys.insert(try key(in: name, of: path, descriptor))
            } catch {
                // Of other failures the file is the cause: it is a socket, say, which nobody can open.
                if let number = error.errno, isTemporary(number) { throw error }
                content.failures.append(error)
            }
        }
    }

    /// Whether it says nothing about the file: whoever is in it must get a temporary failure, and not be refused.
    private static func isTemporary(_ number: Int32) -> Bool {
        [EMFILE, ENFILE, ENOMEM, EIO, EINTR, EAGAIN, ESTALE].contains(number)
    }

    private static func key(in name: String, of path: String, _ directory: Int32) throws(ZMQError) -> CurvePublicKey {
        let operation = "load certificate \(path)/\(name)"
        let file = try KeyFile(adopting: unsafe openat(directory, name, KeyFile.openFlags), operation)
        defer { file.close() }
        return try CurveCertificate(parsing: try file.contents(operation), path: "\(path)/\(name)").publicKey
    }
}
