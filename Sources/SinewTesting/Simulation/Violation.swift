// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A promise that a run broke.
///
/// ```swift
/// guard holders <= 1 else { throw Violation("mutual exclusion", "\(holders) nodes hold the lock") }
/// ```
public struct Violation: Error, Hashable, Sendable {
    /// What sort of promise it was.
    public var code: Code
    /// Its name, which is the same whenever this promise is broken: shrinking keeps to one.
    public var name: String
    /// What was seen.
    public var details: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - name: Which promise: the same each time.
    ///   - details: What was seen, for a person.
    ///   - code: What sort of promise.
    public init(_ name: String, _ details: String = "", code: Code = .invariant) {
        self.name = name
        self.details = details
        self.code = code
    }

    /// Whether it is the same promise that was broken, whatever was seen.
    ///
    /// - Parameter other: Another run's violation.
    /// - Returns: True when code and name are equal.
    public func isSame(as other: Violation) -> Bool { code == other.code && name == other.name }
}

extension Violation {
    /// The sort of a promise. New codes may be added: give every `switch` a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let name: String

        init(_ name: String) { self.name = name }

        /// The code's name.
        public var description: String { name }

        /// Something that must always hold did not: thrown by ``SimulatedSystem/check(_:after:at:)``.
        public static let invariant = Code("invariant")
        /// After all faults had ended, the system did not recover within the time it has for that.
        public static let liveness = Code("liveness")
        /// A machine breaks the rules of machines: it asks again and again for a tick in the past.
        public static let contract = Code("contract")
        /// Two runs of one seed went different ways: something in the system is not a function of the seed. Look for
        /// iteration over a dictionary or a set, the system's clock, or a generator of one's own.
        public static let nondeterminism = Code("nondeterminism")
    }
}

extension Violation: CustomStringConvertible {
    /// The sort, the name and what was seen.
    public var description: String { "\(code) \"\(name)\"\(details.isEmpty ? "" : ": \(details)")" }
}
