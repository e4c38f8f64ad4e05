// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What went wrong in a call to a socket or a context: what, where, and what to do about it.
///
/// Switch over ``code``, which is a struct so that later versions can add codes, and show ``description`` to people.
public struct ZMQError: Error, Sendable, Hashable {
    /// The kind of failure.
    public let code: Code
    /// The call that failed and the thing it failed on, for example `bind tcp://127.0.0.1:80 (PULL socket)`.
    public let operation: String
    /// What the caller can do about it; empty where there is nothing to add.
    public let advice: String
    /// libzmq's or the system's error number, where the failure came from there.
    public let errno: Int32?

    /// Makes an error; public so that tests of code built on sockets can throw one.
    public init(_ code: Code, operation: String, advice: String = "", errno: Int32? = nil) {
        self.code = code
        self.operation = operation
        self.advice = advice
        self.errno = errno
    }

    /// Whether the same call may succeed later without any change by the caller.
    public var isRetriable: Bool {
        switch code {
        case .timedOut, .busy, .unreachable, .addressInUse, .fileDescriptorBudget: true
        default: false
        }
    }
}

extension ZMQError: CustomStringConvertible {
    /// One line: the operation, the code in words, and the advice.
    public var description: String { "\(operation): \(cause)" }

    /// The code in words, and the advice: what there is to say where the operation is known.
    var cause: String {
        var text = code.summary
        if let errno, code == .system { text += " (errno \(errno))" }
        if !advice.isEmpty { text += "; \(advice)" }
        return text
    }
}
