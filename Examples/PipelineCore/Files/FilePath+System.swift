// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the operating system calls an error number.
func systemErrorText(_ number: Int32) -> String {
    guard number != 0 else { return "the reason is not known" }
    let text = NSError(domain: NSPOSIXErrorDomain, code: Int(number)).localizedDescription
    return text.split(separator: ". ", maxSplits: 1).last.map(String.init) ?? text
}

extension FileFailure {
    /// The failure that Foundation describes by an error.
    init(_ operation: Operation, _ error: any Error) {
        let candidates = [error, (error as? CocoaError)?.underlying, (error as NSError).userInfo[NSUnderlyingErrorKey]]
        let numbers = candidates.compactMap { candidate -> Int32? in
            guard let error = (candidate as? any Error) as NSError? else { return nil }
            guard error.domain == NSPOSIXErrorDomain else { return nil }
            return Int32(exactly: error.code)
        }
        self.init(operation: operation, errno: numbers.first ?? 0)
    }
}

/// What a path names.
struct FileStatus {
    var isRegularFile: Bool
    var isFolder: Bool
    var isSymbolicLink: Bool
    var stamp: FileStamp
}

extension FilePath {
    /// The path as Foundation wants it, which cannot name a file whose name is not UTF-8.
    func text() throws(FileFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw FileFailure(operation: .name, errno: 0)
        }
        return text
    }

    /// The path from the root, without `.` in it. A path that is itself a symbolic link is followed.
    func resolved() throws(FileFailure) -> FilePath {
        var text = try text()
        guard !text.isEmpty else { throw FileFailure(operation: .find, errno: POSIXErrorCode.ENOENT.rawValue) }
        if !text.hasPrefix("/") { text = FileManager.default.currentDirectoryPath + "/" + text }
        let parts = text.split(separator: "/").filter { $0 != "." }
        let path = FilePath("/" + parts.joined(separator: "/"))
        guard try path.status().isSymbolicLink else { return path }
        return FilePath(URL(fileURLWithPath: try path.text()).resolvingSymlinksInPath().path)
    }

    /// What the path names; symbolic links are not followed.
    func status() throws(FileFailure) -> FileStatus {
        let text = try text()
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: text)
            let type = attributes[.type] as? FileAttributeType
            let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            let stamp = FileStamp(
                sizeBytes: (attributes[.size] as? NSNumber)?.int64Value ?? 0,
                inode: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0,
                modifiedSeconds: Int64(exactly: modified.rounded(.down)) ?? 0,
                modifiedNanoseconds: Int64((modified - modified.rounded(.down)) * 1e9)
            )
            return FileStatus(
                isRegularFile: type == .typeRegular,
                isFolder: type == .typeDirectory,
                isSymbolicLink: type == .typeSymbolicLink,
                stamp: stamp
            )
        } catch {
            throw FileFailure(.find, error)
        }
    }

    /// The names in a folder, without `.` and `..`, in no particular order.
    ///
    /// A name that is not UTF-8 comes with replacement characters, so that it names nothing, or another file.
    func folderEntries(limit: Int) throws(FileFailure) -> [[UInt8]] {
        let text = try text()
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: text)
        } catch {
            throw FileFailure(.list, error)
        }
        guard names.count <= limit else {
            throw FileFailure(operation: .list, errno: POSIXErrorCode.EOVERFLOW.rawValue)
        }
        return names.map { Array($0.utf8) }
    }

    /// The path of an entry of this folder.
    func appending(_ name: [UInt8]) -> FilePath {
        FilePath(bytes: bytes.last == 0x2F ? bytes + name : bytes + [0x2F] + name)
    }
}

/// A regular file that is open for reading.
struct OpenFile: ~Copyable {
    private let handle: FileHandle
    private let path: FilePath

    /// Opens a file. A symbolic link is refused, and so is what would block, such as a named pipe.
    init(_ path: FilePath) throws(FileFailure) {
        let url = URL(fileURLWithPath: try path.text(), isDirectory: false)
        let status: FileStatus
        do throws(FileFailure) {
            status = try path.status()
        } catch {
            throw FileFailure(operation: .open, errno: error.errno)
        }
        guard status.isRegularFile else { throw FileFailure(operation: .kind, errno: 0) }
        do {
            handle = try FileHandle(forReadingFrom: url)
        } catch {
            throw FileFailure(.open, error)
        }
        self.path = path
    }

    deinit { try? handle.close() }

    /// What the path names now.
    func stamp() throws(FileFailure) -> FileStamp { try path.status().stamp }

    /// The next bytes of the file; none at its end.
    func read(upTo byteCount: Int) throws(FileFailure) -> [UInt8] {
        do {
            #if canImport(ObjectiveC)
            return try autoreleasepool { try [UInt8](handle.read(upToCount: byteCount) ?? Data()) }
            #else
            return try [UInt8](handle.read(upToCount: byteCount) ?? Data())
            #endif
        } catch {
            throw FileFailure(.read, error)
        }
    }
}
