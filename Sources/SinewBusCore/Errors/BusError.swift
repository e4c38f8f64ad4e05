// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What went wrong in a call to a node: what, about what, and what to do.
///
/// Switch over ``code``, which is a struct so that later versions can add codes, and show ``description`` to people.
public struct BusError: Error, Hashable, Sendable {
    /// What is wrong. New codes may be added: give every `switch` a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let description: String
    }

    /// What is wrong.
    public let code: Code
    /// What it is about: the subject, the name, the number that was wrong.
    public let what: String
    /// What the caller can do about it.
    public let advice: String
    /// The names of the nodes that it is about, in order: those who did not confirm (``Code/notConfirmed``), or the
    /// responders that were lost (``Code/responderLost``). Empty where there are none.
    public let nodes: [String]

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - what: What it is about.
    ///   - advice: What the caller can do about it; nil for what there is to say about every error of this code.
    ///   - nodes: The names of the nodes that it is about, if any; they are sorted here.
    public init(_ code: Code, _ what: String, advice: String? = nil, nodes: [String] = []) {
        self.code = code
        self.what = what
        self.advice = advice ?? code.advice
        self.nodes = nodes.sorted()
    }

    /// Whether the same call can succeed later without any change by the caller.
    ///
    /// A request that ended with ``Code/timedOut`` or ``Code/responderLost`` may have been carried out all the same:
    /// repeat it only where carrying it out twice does no harm.
    public var isRetriable: Bool {
        switch code {
        case .noResponders, .timedOut, .responderLost, .responderBusy, .tooManyRequests, .tooManySubscriptions,
            .slowSubscriber, .notConfirmed, .notLinked, .bindFailed:
            true
        default: false
        }
    }
}

extension BusError: CustomStringConvertible {
    /// One line: the code, what it is about, the nodes if any, and the advice.
    public var description: String {
        let names = nodes.isEmpty ? "" : " (\(nodes.joined(separator: ", ")))"
        return "\(code): \(what)\(names); \(advice)"
    }
}
