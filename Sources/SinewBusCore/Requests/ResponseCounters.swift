// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a ``ResponseTable`` counts.
public struct ResponseCounters: Hashable, Sendable {
    /// Requests that were begun.
    public internal(set) var begun: UInt64 = 0
    /// Requests that were refused because as many were being answered as there may be.
    public internal(set) var refused: UInt64 = 0
    /// Requests that came while they were being answered.
    public internal(set) var repeated: UInt64 = 0
    /// Requests whose time was over, when they came or while they were being answered.
    public internal(set) var expired: UInt64 = 0
    /// Requests that were cancelled, or whose requester went, while they were being answered.
    public internal(set) var cancelled: UInt64 = 0
    /// Answers, each of one responder, that nobody waited for any more.
    public internal(set) var discarded: UInt64 = 0

    /// Nothing counted.
    public init() {}
}
