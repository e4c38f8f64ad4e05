// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Why something could not be appended, read or opened.
public struct LogError: Error, Hashable, Sendable {
    /// What is wrong.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let description: String

        /// The record is too large.
        public static let tooLarge = Code(description: "tooLarge")
        /// As much waits to be written as may wait.
        public static let full = Code(description: "full")
        /// The disk is full. What the call was to append is not in the log.
        public static let noSpace = Code(description: "noSpace")
        /// Writing or synchronising failed: whether what the call was to append is in the log is known once it was
        /// opened again. The writer takes nothing more.
        public static let indeterminate = Code(description: "indeterminate")
        /// Writing or synchronising failed before: the writer takes nothing more.
        public static let poisoned = Code(description: "poisoned")
        /// The log was closed.
        public static let closed = Code(description: "closed")
        /// The task was cancelled; what it appended may be in the log all the same.
        public static let cancelled = Code(description: "cancelled")
        /// No log can be called like that.
        public static let name = Code(description: "name")
        /// The next record does not have the offset that was expected.
        public static let unexpectedOffset = Code(description: "unexpectedOffset")
        /// Records that had been synchronised are damaged.
        public static let corrupt = Code(description: "corrupt")
        /// The file is none of this log, or of a format that is not known.
        public static let format = Code(description: "format")
        /// A file could not be used.
        public static let file = Code(description: "file")
    }

    /// What is wrong.
    public let code: Code
    /// What it is about.
    public let what: String
    /// The file error behind it, where there is one.
    public let cause: FileError?
    /// The damage, with ``Code/corrupt``.
    public let corruption: LogCorruption?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - what: What it is about.
    ///   - cause: The file error behind it.
    ///   - corruption: The damage.
    public init(_ code: Code, _ what: String, cause: FileError? = nil, corruption: LogCorruption? = nil) {
        self.code = code
        self.what = what
        self.cause = cause
        self.corruption = corruption
    }

    /// A file could not be used.
    ///
    /// - Parameter cause: The file error.
    public init(_ cause: FileError) { self.init(.file, "\(cause)", cause: cause) }

    /// What the caller can do about it.
    public var advice: String {
        switch code {
        case .tooLarge: "keep large values in files, and record where they are"
        case .full: "wait until something was written"
        case .noSpace: "free space, then append again"
        case .indeterminate, .poisoned: "open the log again: what it has then is what lasted"
        case .closed: "open the log again"
        case .cancelled: "read what there is before appending it again"
        case .name: "1 to 64 letters, digits, dots, hyphens and underscores, not a dot first"
        case .unexpectedOffset: "read what others have appended, then decide again"
        case .corrupt: "restore the records from a copy, or salvage what is sound"
        case .format: "look for the right directory, or a later version of this library"
        default: "see the error of the file"
        }
    }

    /// Whether the same call can succeed later without any change by the caller.
    public var isRetriable: Bool { code == .full || code == .noSpace || cause?.isRetriable ?? false }
}

extension LogError: CustomStringConvertible {
    /// One line: the code, what it is about, and the advice.
    public var description: String { "\(code): \(what); \(advice)" }
}
