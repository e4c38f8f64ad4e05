// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why headers were not taken: what is wrong, and what to do about it.
public struct HeadersError: Error, Hashable, Sendable {
    /// A rule that was broken. New codes may be added: give every `switch` a default.
    public struct Code: Hashable, Sendable {
        private let number: UInt8

        /// A name is empty, too long, or has bytes that are not printable ASCII, or a colon.
        public static let invalidName = Code(number: 0)
        /// A value has more bytes than it may have.
        public static let valueTooLong = Code(number: 1)
        /// There are as many pairs as there may be.
        public static let tooMany = Code(number: 2)
        /// All pairs together have as many bytes as they may have.
        public static let tooLarge = Code(number: 3)
    }

    /// The rule that was broken.
    public let code: Code
    /// The name of the pair; of a long one its beginning.
    public let name: String

    init(_ code: Code, _ name: [UInt8]) {
        self.code = code
        self.name = String(decoding: name.prefix(40), as: UTF8.self)
    }

    /// What the caller can do about it.
    public var advice: String {
        switch code {
        case .invalidName: "use 1 to \(Headers.maximumNameBytes) bytes of printable ASCII without spaces and colons"
        case .valueTooLong: "use at most \(Headers.maximumValueBytes) bytes; larger things belong into the payload"
        case .tooMany: "use at most \(Headers.maximumCount) pairs"
        default: "use at most \(Headers.maximumBytes) bytes; larger things belong into the payload"
        }
    }

    /// False: the same headers are as wrong the next time.
    public var isRetriable: Bool { false }
}

extension HeadersError.Code: CustomStringConvertible {
    /// The code's name, as it is spelled in Swift.
    public var description: String {
        switch self {
        case .invalidName: "invalidName"
        case .valueTooLong: "valueTooLong"
        case .tooMany: "tooMany"
        default: "tooLarge"
        }
    }
}

extension HeadersError: CustomStringConvertible {
    /// One line: the rule, what it is about, and the advice.
    public var description: String { "\(code): the header \(name.debugDescription); \(advice)" }
}
