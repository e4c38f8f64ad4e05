// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims
public import SinewCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The files of this machine.
public struct SystemFiles: FileSystem {
    /// The files of this machine.
    public init() {}

    /// Makes a directory, and those above it, unless they are there.
    ///
    /// - Parameter path: The directory.
    public func createDirectory(_ path: String) throws(FileError) {
        guard !path.isEmpty, path != "/" else { return }
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if unsafe mkdir(path, 0o777) != 0, errno != EEXIST {
            guard errno == ENOENT, slash != nil else { throw .last("create", path) }
            try createDirectory(parent)
            if unsafe mkdir(path, 0o777) != 0, errno != EEXIST { throw .last("create", path) }
        }
        // So that the name lasts like those in it; also one that is there, because who made it may have crashed.
        try synchronizeDirectory(parent)
    }

    /// What is in a directory.
    ///
    /// - Parameter directory: The directory.
    /// - Returns: The names, in order.
    public func names(in directory: String) throws(FileError) -> [String] {
        guard let stream = unsafe opendir(directory) else { throw .last("list", directory) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // An error looks like the end, and a directory without its files like an empty one.
        errno = 0
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { place in
                unsafe String(cString: UnsafeRawPointer(place).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .last("list", directory) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - access: What for.
    public func open(_ path: String, for access: FileAccess) throws(FileError) -> any OpenFile {
        let flags =
            switch access {
            case .reading: O_RDONLY
            case .writing: O_RDWR
            case .creating: O_RDWR | O_CREAT | O_EXCL
            }
        return SystemFile(try Self.descriptor(path, flags | O_CLOEXEC, "open"), path)
    }

    /// Gives a file another name.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - other: Its name from now on.
    public func rename(_ path: String, to other: String) throws(FileError) {
        if renameFile(path, other) != 0 { throw .last("rename", path) }
    }

    /// Takes a file's name away.
    ///
    /// - Parameter path: The file.
    public func remove(_ path: String) throws(FileError) {
        if unsafe unlink(path) != 0 { throw .last("remove", path) }
    }

    /// Has the names in a directory last.
    ///
    /// - Parameter path: The directory.
    public func synchronizeDirectory(_ path: String) throws(FileError) {
        let descriptor = try Self.descriptor(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, "open")
        defer { close(descriptor) }
        // A directory has no data but its names.
        if fsync(descriptor) != 0 { throw .last("synchronise", path) }
    }

    /// Takes a lock (`flock`), which ends with the process.
    ///
    /// - Parameter path: The lock's file.
    public func lock(_ path: String) throws(FileError) -> any FileLock {
        let descriptor = try Self.descriptor(path, O_RDWR | O_CREAT | O_CLOEXEC, "lock")
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno == EWOULDBLOCK ? FileError(.locked, "lock", path) : .last("lock", path)
            close(descriptor)
            throw error
        }
        return SystemLock(descriptor)
    }

    private static func descriptor(_ path: String, _ flags: Int32, _ operation: String) throws(FileError) -> Int32 {
        while true {
            let descriptor = openFile(path, flags)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw .last(operation, path) }
        }
    }
}

private final class SystemLock: FileLock {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}

private func openFile(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags, 0o666) }
private func renameFile(_ path: String, _ other: String) -> Int32 { unsafe rename(path, other) }

extension FileError {
    /// What the last call of this thread failed with.
    static func last(_ operation: String, _ path: String) -> FileError { number(errno, operation, path) }

    static func number(_ number: Int32, _ operation: String, _ path: String) -> FileError {
        let code: Code =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EEXIST: .exists
            case ENOSPC, EDQUOT: .noSpace
            case EIO: .io
            case EACCES, EPERM, EROFS: .denied
            default: .other
            }
        return FileError(code, operation, path, number: number)
    }
}
