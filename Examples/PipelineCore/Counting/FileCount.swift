// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Lines, words and bytes of one file, or the sum over many, as `wc` counts in the C locale.
package struct FileCount: Hashable, Sendable {
    /// The number of newline bytes.
    package var lines: Int
    /// The number of words; ``WordCounter`` says what a word is.
    package var words: Int
    /// The number of bytes.
    package var bytes: Int
    /// How many of the words were too long to be kept in the table of words.
    package var longWords: Int

    /// Creates a count; nothing was counted unless said otherwise.
    package init(lines: Int = 0, words: Int = 0, bytes: Int = 0, longWords: Int = 0) {
        self.lines = lines
        self.words = words
        self.bytes = bytes
        self.longWords = longWords
    }

    /// Adds another count. Sums that do not fit wrap around, because the summands may come from a peer.
    package static func += (left: inout FileCount, right: FileCount) {
        left.lines &+= right.lines
        left.words &+= right.words
        left.bytes &+= right.bytes
        left.longWords &+= right.longWords
    }
}

/// What tells one state of a file from another: two equal stamps mean that nobody wrote to it in between.
package struct FileStamp: Hashable, Sendable {
    /// The file's size in bytes.
    package var sizeBytes: Int64
    /// The number of the file within its file system.
    package var inode: UInt64
    /// The whole seconds of the time of the last change to the content.
    package var modifiedSeconds: Int64
    /// The nanoseconds that belong to ``modifiedSeconds``.
    package var modifiedNanoseconds: Int64

    /// Creates a stamp from the fields of `struct stat`.
    package init(sizeBytes: Int64, inode: UInt64, modifiedSeconds: Int64, modifiedNanoseconds: Int64) {
        self.sizeBytes = sizeBytes
        self.inode = inode
        self.modifiedSeconds = modifiedSeconds
        self.modifiedNanoseconds = modifiedNanoseconds
    }
}

/// What a worker found in one file.
package struct FileResult: Hashable, Sendable {
    /// What was counted.
    package var count: FileCount
    /// The state of the file before it was read.
    package var stamp: FileStamp
    /// Whether the file's stamp was the same before and after it was read.
    package var isStable: Bool

    /// Creates a result.
    package init(count: FileCount, stamp: FileStamp, isStable: Bool) {
        self.count = count
        self.stamp = stamp
        self.isStable = isStable
    }
}

/// Why a file, or a folder, could not be counted.
package struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operation that failed.
    package enum Operation: UInt8, Sendable, CaseIterable {
        /// The path could not be resolved.
        case find = 1
        /// The folder could not be listed.
        case list = 2
        /// The file could not be opened.
        case open = 3
        /// The file could not be read.
        case read = 4
        /// The path names something that is neither a regular file nor a folder.
        case kind = 5
        /// The name is not UTF-8.
        case name = 6
    }

    /// The operation that failed.
    package var operation: Operation
    /// The value of `errno` on the machine that saw the failure; 0 when there was none.
    package var errno: Int32

    /// Creates a failure.
    package init(operation: Operation, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }

    /// What failed, and why, in words.
    package var description: String {
        let reason = systemErrorText(errno)
        return switch operation {
        case .find: "cannot be found: \(reason)"
        case .list: "the folder cannot be listed: \(reason)"
        case .open: "cannot be opened: \(reason)"
        case .read: "cannot be read: \(reason)"
        case .name: "has a name that is not UTF-8"
        case .kind: "is neither a regular file nor a folder"
        }
    }
}
