// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why a file could not be read, written or found.
public struct FileError: Error, Hashable, Sendable {
    /// What is wrong.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as words.
        public let description: String

        /// There is no such file.
        public static let notFound = Code(description: "no such file")
        /// There is such a file already.
        public static let exists = Code(description: "there already")
        /// The disk, or the user's share of it, is full.
        public static let noSpace = Code(description: "no space left")
        /// The medium failed, or says so.
        public static let io = Code(description: "input or output failed")
        /// Not allowed, or the file system can only be read.
        public static let denied = Code(description: "not allowed")
        /// Somebody else has the lock.
        public static let locked = Code(description: "locked by somebody else")
        /// All others: ``FileError/number`` says which.
        public static let other = Code(description: "the system refused")
    }

    /// What is wrong.
    public let code: Code
    /// What was tried: "write", "open".
    public let operation: String
    /// With which file.
    public let path: String
    /// The system's number of the error (`errno`), or 0.
    public let number: Int32

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - operation: What was tried.
    ///   - path: With which file.
    ///   - number: The system's number of the error.
    public init(_ code: Code, _ operation: String, _ path: String, number: Int32 = 0) {
        self.code = code
        self.operation = operation
        self.path = path
        self.number = number
    }

    /// Whether the same call can succeed later without any change by the caller: space may come back, and locks end.
    public var isRetriable: Bool { code == .noSpace || code == .locked }
}

extension FileError: CustomStringConvertible {
    /// What was tried with which file, and what is wrong.
    public var description: String {
        "\(operation) '\(path)': \(code)\(number == 0 ? "" : " (error \(number))")"
    }
}
