// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// A request as the responder's node names it: who asks, and which of his requests it is.
public struct RequestKey: Hashable, Sendable {
    /// The process that asks.
    public let requester: ProcessID
    /// The number that the request has there.
    public let id: UInt64

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - requester: The process that asks.
    ///   - id: The number that the request has there.
    public init(_ requester: ProcessID, id: UInt64) {
        self.requester = requester
        self.id = id
    }
}

extension RequestKey {
    /// One word of them all: a key is looked up four times for each request. Of one requester no two are alike, and how
    /// many there are of all is limited.
    public func hash(into hasher: inout Hasher) { hasher.combine(id &+ requester.word) }
}

extension RequestKey: Comparable {
    /// By requester, then number.
    public static func < (left: RequestKey, right: RequestKey) -> Bool {
        left.requester != right.requester ? left.requester < right.requester : left.id < right.id
    }
}

extension RequestKey: CustomStringConvertible {
    /// The requester and the number.
    public var description: String { "\(requester)?\(id)" }
}
