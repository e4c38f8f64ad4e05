// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A file with keys, opened without being led astray.
///
/// What is checked and what is read is one open file, whatever happens to its name meanwhile.
struct KeyFile {
    static let maximumByteCount = 16 * 1024
    /// Neither a symbolic link is followed, nor a pipe waited for.
    static let openFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC

    private let descriptor: Int32
    private let mode: UInt32
    private let owner: UInt32

    static func open(_ path: String, _ operation: String) throws(ZMQError) -> KeyFile {
        guard !path.utf8.contains(0) else { throw invalid(operation, "its name has a zero byte") }
        return try KeyFile(adopting: interruptible { openFile(path, openFlags) }, operation)
    }

    /// Takes an open file over, and closes it when it will not do.
    init(adopting descriptor: Int32, _ operation: String) throws(ZMQError) {
        guard descriptor >= 0 else {
            if errno == ELOOP || errno == EMLINK { throw KeyFile.invalid(operation, "it is a symbolic link") }
            throw KeyFile.system(operation)
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let error = KeyFile.system(operation)
            _ = closeFile(descriptor)
            throw error
        }
        self.descriptor = descriptor
        mode = UInt32(status.st_mode)
        owner = UInt32(status.st_uid)
        do throws(ZMQError) {
            guard mode & UInt32(S_IFMT) == UInt32(S_IFREG) else { throw KeyFile.invalid(operation, "it is not a file") }
            guard status.st_size <= KeyFile.maximumByteCount else {
                throw KeyFile.invalid(
                    operation,
                    "it has \(status.st_size) bytes, more than \(KeyFile.maximumByteCount)"
                )
            }
            // Whoever may write it decides whom the key stands for.
            guard mode & 0o002 == 0 else {
                throw KeyFile.tooOpen(operation, mode, "everybody may write it; use chmod o-w")
            }
        } catch {
            _ = closeFile(descriptor)
            throw error
        }
    }

    func close() { _ = closeFile(descriptor) }

    func contents(_ operation: String) throws(ZMQError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: KeyFile.maximumByteCount + 1)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                interruptible { unsafe read(descriptor, buffer.baseAddress! + count, buffer.count - count) }
            }
            guard got >= 0 else { throw KeyFile.system(operation) }
            if got == 0 { break }
            count += got
        }
        guard count <= KeyFile.maximumByteCount else {
            throw KeyFile.invalid(operation, "it has more than \(KeyFile.maximumByteCount) bytes")
        }
        defer { wipe(&bytes) }
        return Array(bytes.prefix(count))
    }

    /// Refuses a secret that others than its owner can get at.
    func requirePrivate(_ operation: String) throws(ZMQError) {
        guard mode & 0o077 == 0 else {
            throw KeyFile.tooOpen(operation, mode, "others than its owner can get at the secret key; use chmod 600")
        }
        guard owner == geteuid() || owner == 0 else {
            throw KeyFile.tooOpen(operation, mode, "it belongs to user \(owner), and not to \(geteuid())")
        }
    }

    // MARK: Writing

    /// Makes a file, whole and with its final mode, or none. One that exists is left as it is.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(ZMQError) {
        let operation = "save certificate \(path)"
        guard !path.utf8.contains(0) else { throw invalid(operation, "its name has a zero byte") }
        // Made under another name and linked to its own, so that nobody reads a half of it.
        let draft = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).new"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = interruptible { openFile(draft, flags, mode) }
        guard descriptor >= 0 else { throw system(operation) }
        defer { remove(draft) }
        try fill(descriptor, bytes, mode, operation)
        guard unsafe link(draft, path) == 0 else { throw system(operation) }
    }

    /// Writes everything, and closes the file whatever comes of it.
    private static func fill(
        _ descriptor: Int32,
        _ bytes: [UInt8],
        _ mode: mode_t,
        _ operation: String
    ) throws(ZMQError) {
        defer { _ = closeFile(descriptor) }
        try write(bytes, to: descriptor, operation)
        // The file's mode was limited by the umask; it was never wider than asked for.
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw system(operation) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ operation: String) throws(ZMQError) {
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                interruptible {
                    unsafe writeFile(descriptor, buffer.baseAddress! + position, buffer.count - position)
                }
            }
            guard count > 0 else { throw system(operation) }
            position += count
        }
    }

    static func remove(_ path: String) { _ = unsafe unlink(path) }

    // MARK: Errors

    static func invalid(_ operation: String, _ what: String) -> ZMQError {
        ZMQError(.invalidCertificate, operation: operation, advice: what)
    }

    static func tooOpen(_ operation: String, _ mode: UInt32, _ what: String) -> ZMQError {
        let digits = String(mode & 0o7777, radix: 8)
        return ZMQError(.unsafePermissions, operation: operation, advice: "its mode is 0\(digits): \(what)")
    }

    static func system(_ operation: String) -> ZMQError {
        let number = errno
        let advice = unsafe String(cString: strerror(number))
        return ZMQError(.system, operation: operation, advice: advice, errno: number)
    }
}

/// Calls a system function again as long as a signal interrupts it.
private func interruptible<Number: SignedInteger>(_ body: () -> Number) -> Number {
    while true {
        let result = body()
        guard result < 0, errno == EINTR else { return result }
    }
}

// The methods above hide the functions of these names.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 { unsafe open(path, flags, mode) }
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func writeFile(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
