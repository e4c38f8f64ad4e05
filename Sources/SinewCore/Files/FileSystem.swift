// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The files of one machine, as a log needs them: all that it reads and writes goes through here.
///
/// The real one makes system calls; the simulated one of `SinewTesting` forgets what was not synchronised, tears what
/// was being written, and fails when it is told to. Calls may take long, and are made by threads that may wait.
///
/// What is promised is what POSIX and the journalling file systems promise, and no more: a write or a truncation lasts
/// once ``OpenFile/synchronize()`` has returned, the name of a file once ``synchronizeDirectory(_:)`` has; what was not
/// synchronised may be lost, in any order, in pieces of 512 bytes.
public protocol FileSystem: Sendable {
    /// Makes a directory, and those above it, unless they are there.
    ///
    /// - Parameter path: The directory.
    func createDirectory(_ path: String) throws(FileError)

    /// What is in a directory.
    ///
    /// - Parameter directory: The directory.
    /// - Returns: The names, in the order of their bytes.
    func names(in directory: String) throws(FileError) -> [String]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - access: What for.
    func open(_ path: String, for access: FileAccess) throws(FileError) -> any OpenFile

    /// Gives a file another name, in the place of a file that had it.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - other: Its name from now on.
    func rename(_ path: String, to other: String) throws(FileError)

    /// Takes a file's name away; who has it open can still read it.
    ///
    /// - Parameter path: The file.
    func remove(_ path: String) throws(FileError)

    /// Has the names in a directory last.
    ///
    /// - Parameter path: The directory.
    func synchronizeDirectory(_ path: String) throws(FileError)

    /// Takes a lock that no other process, and nobody else in this one, has at the same time. It ends with the process.
    ///
    /// - Parameter path: The lock's file; it is made if it is not there.
    /// - Throws: `FileError` with `locked` when somebody has it.
    func lock(_ path: String) throws(FileError) -> any FileLock
}

/// What a file is opened for.
public enum FileAccess: Hashable, Sendable {
    /// To read one that is there.
    case reading
    /// To read and write one that is there.
    case writing
    /// To read and write one that is not there yet.
    case creating
}

/// A file that is open. Closed when nobody refers to it any more.
public protocol OpenFile: AnyObject, Sendable {
    /// How many bytes it has.
    func size() throws(FileError) -> Int

    /// Reads bytes from a position on.
    ///
    /// - Parameters:
    ///   - count: How many; fewer only where the file ends.
    ///   - position: Where they begin.
    ///   - buffer: Where they are appended.
    /// - Returns: How many were read.
    func read(_ count: Int, at position: Int, into buffer: inout [UInt8]) throws(FileError) -> Int

    /// Writes bytes from a position on, all of them. After an error some of them may be there.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - position: Where they begin; at most the file's size.
    func write(_ bytes: [UInt8], at position: Int) throws(FileError)

    /// Has what was written last, also when the power fails. After an error nobody knows what lasts, and another call
    /// does not tell (Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020).
    func synchronize() throws(FileError)

    /// Cuts the file.
    ///
    /// - Parameter size: How many bytes are left.
    func truncate(to size: Int) throws(FileError)

    /// Has space for the file to grow, so that writing does not fail for want of it; where that is not known how, it
    /// does nothing.
    ///
    /// - Parameter size: Up to how many bytes. The file does not have them for that.
    func reserve(_ size: Int) throws(FileError)
}

/// A lock that is held for as long as somebody refers to it.
public protocol FileLock: AnyObject, Sendable {}
