// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Finds every regular file below the given paths, in an order that depends on the names alone.
///
/// - A path that is given may be a symbolic link, and is resolved. Below it, symbolic links are not followed.
/// - Folders below it that are called `.git` or whose name begins with `.build` are left out.
/// - What is neither a regular file nor a folder is left out, unless it was given: then it is a problem.
/// - A file whose name is not UTF-8 is a problem: Foundation cannot open it.
/// - A file that is reached from two given paths is found twice, as `wc a a` counts it twice.
package struct TreeWalk: Sequence, IteratorProtocol {
    /// What the walk found.
    package enum Item: Hashable, Sendable {
        /// A regular file, and its size.
        case file(FilePath, sizeBytes: Int)
        /// Something that could not be looked at.
        case problem(Problem)
    }

    private struct Pending {
        var path: FilePath
        var wasGiven: Bool
        /// Whether another entry of the folder has the same name, once what is not UTF-8 is replaced in it.
        var isNamesake = false
    }

    private var pending: [Pending]
    private let entryLimit: Int

    /// Begins a walk.
    ///
    /// - Parameters:
    ///   - paths: Where to begin.
    ///   - entryLimit: The largest number of entries that a folder may have; more make it a problem.
    package init(_ paths: [FilePath], entryLimit: Int = Limits.maxJobs) {
        pending = paths.reversed().map { Pending(path: $0, wasGiven: true) }
        self.entryLimit = entryLimit
    }

    /// The next file or problem.
    package mutating func next() -> Item? {
        while let place = pending.popLast() {
            do throws(FileFailure) {
                if let item = try look(at: place) { return item }
            } catch {
                return .problem(Problem(path: place.path, failure: error))
            }
        }
        return nil
    }

    private mutating func look(at place: Pending) throws(FileFailure) -> Item? {
        if place.isNamesake { throw FileFailure(operation: .name, errno: 0) }
        let path = place.wasGiven ? try place.path.resolved() : place.path
        let status: FileStatus
        do throws(FileFailure) {
            status = try path.status()
        } catch {
            let isReplaced = !place.wasGiven && path.lastName.contains([0xEF, 0xBF, 0xBD])
            throw isReplaced ? FileFailure(operation: .name, errno: 0) : error
        }
        if status.isFolder {
            if !place.wasGiven, Self.isLeftOut(path) { return nil }
            let names = try path.folderEntries(limit: entryLimit)
            for name in names.sorted(by: { $1.lexicographicallyPrecedes($0) }) {
                let isNamesake = pending.last.map { !$0.wasGiven && $0.path == path.appending(name) } ?? false
                pending.append(Pending(path: path.appending(name), wasGiven: false, isNamesake: isNamesake))
            }
            return nil
        }
        guard status.isRegularFile else {
            if place.wasGiven { throw FileFailure(operation: .kind, errno: 0) }
            return nil
        }
        guard path.bytes.count <= Limits.maxPathBytes else {
            throw FileFailure(operation: .find, errno: POSIXErrorCode.ENAMETOOLONG.rawValue)
        }
        return .file(path, sizeBytes: Int(status.stamp.sizeBytes))
    }

    private static func isLeftOut(_ folder: FilePath) -> Bool {
        let name = folder.lastName
        return name.elementsEqual(".git".utf8) || name.starts(with: ".build".utf8)
    }
}

extension FilePath {
    fileprivate var lastName: ArraySlice<UInt8> { bytes.split(separator: 0x2F).last ?? [] }
}
