// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewSubjects
public import ZeroMQ

/// Why a subscription could not be made or taken back: what, for which filter, and what to do about it.
///
/// Switch over ``code-swift.property``, which is a struct so that later versions can add codes, and show
/// ``description`` to people.
public struct SubjectSubscriberError: Error, Hashable, Sendable {
    /// The kind of failure.
    public let code: Code
    /// The filter that it was about.
    public let filter: SubjectFilter
    /// What the caller can do about it.
    public let advice: String
    /// What the socket said, where the code is ``Code-swift.struct/socket``.
    public let socketError: ZMQError?

    /// Whether the same call may succeed later without any change of the filter.
    public var isRetriable: Bool { code == .tooManyFilters || socketError?.isRetriable == true }

    init(index error: SubjectError, filter: SubjectFilter, limits: SubjectIndexLimits) {
        socketError = nil
        self.filter = filter
        switch error.code {
        case .tooManyEntries:
            code = .tooManyFilters
            advice = "there are \(limits.maximumEntries); take some back, or raise Options.maximumFilters"
        default:
            code = .unusableFilter
            advice = "\(error.description); at most \(limits.maximumTokens) tokens and \(limits.maximumBytes) bytes"
        }
    }

    init(socket error: ZMQError, filter: SubjectFilter) {
        code = .socket
        self.filter = filter
        advice = error.description
        socketError = error
    }

    /// A kind of failure. New codes may be added: give every `switch` a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let name: String
        let summary: String

        init(_ name: String, _ summary: String) {
            self.name = name
            self.summary = summary
        }

        /// Codes are the same when their names are.
        public static func == (left: Code, right: Code) -> Bool { left.name == right.name }

        /// Hashes the name.
        ///
        /// - Parameter hasher: What to hash into.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }

        /// The code's name.
        public var description: String { name }
    }
}

extension SubjectSubscriberError.Code {
    /// There are as many subscriptions as ``SubjectSubscriber/Options/maximumFilters`` allows.
    public static let tooManyFilters = Self("tooManyFilters", "there are too many subscriptions")
    /// The filter has more tokens than can be matched (128).
    public static let unusableFilter = Self("unusableFilter", "the filter cannot be matched")
    /// The socket refused; see ``SubjectSubscriberError/socketError``.
    public static let socket = Self("socket", "the socket refused")
}

extension SubjectSubscriberError: CustomStringConvertible {
    /// One line: the filter, what went wrong, and what to do.
    public var description: String { "subscription '\(filter)': \(code.summary); \(advice)" }
}
