// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why a link is not let in, or not any more.
public struct Refusal: Hashable, Sendable {
    /// The reason, as a number on the wire. Unknown numbers are kept as they are.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number on the wire.
        public let rawValue: UInt8

        /// Makes a code of its number.
        ///
        /// - Parameter rawValue: The number on the wire.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    /// The longest text in bytes of UTF-8.
    public static let maximumTextBytes = 255

    /// The reason.
    public let code: Code
    /// The same for people.
    public let text: String

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - code: The reason.
    ///   - text: The same for people; what is longer than `maximumTextBytes` is cut off when it is sent.
    public init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }
}

extension Refusal.Code {
    /// The opener speaks another version of the protocol.
    public static let version = Self(rawValue: 1)
    /// The opener belongs to another cluster.
    public static let cluster = Self(rawValue: 2)
    /// The opener is this node itself.
    public static let ownNode = Self(rawValue: 3)
    /// A later process of the opener's node is known here.
    public static let superseded = Self(rawValue: 4)
    /// There are as many links as there may be.
    public static let full = Self(rawValue: 5)
    /// The link is not known here: say hello first. Also after this end has given the opener up.
    public static let unknownLink = Self(rawValue: 6)
    /// It was meant for another process than the one that is here.
    public static let otherProcess = Self(rawValue: 7)
    /// What came was no frame, or contradicted what came before.
    public static let garbage = Self(rawValue: 8)
    /// More data came than was granted.
    public static let flood = Self(rawValue: 9)
    /// This node is about to end.
    public static let leaving = Self(rawValue: 10)

    /// Whether the opener can try again later.
    public var isRetriable: Bool { ![.version, .cluster, .ownNode, .superseded].contains(self) }
}

extension Refusal.Code: CustomStringConvertible {
    /// The name of the code as it is spelled in Swift, or its number.
    public var description: String {
        let names = [
            "version", "cluster", "ownNode", "superseded", "full", "unknownLink", "otherProcess", "garbage", "flood",
            "leaving",
        ]
        return rawValue >= 1 && Int(rawValue) <= names.count ? names[Int(rawValue) - 1] : "code \(rawValue)"
    }
}
