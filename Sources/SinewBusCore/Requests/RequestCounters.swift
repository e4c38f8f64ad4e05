// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a ``RequestTable`` counts.
public struct RequestCounters: Hashable, Sendable {
    /// Requests that were begun.
    public internal(set) var begun: UInt64 = 0
    /// Requests that ended with all their answers.
    public internal(set) var answered: UInt64 = 0
    /// Requests that ended without an answer, those with ``timedOut`` among them.
    public internal(set) var failed: UInt64 = 0
    /// Requests whose time was over before the first answer came.
    public internal(set) var timedOut: UInt64 = 0
    /// Requests that the requester cancelled.
    public internal(set) var cancelled: UInt64 = 0
    /// Requests that were not begun because as many were under way as there may be.
    public internal(set) var refused: UInt64 = 0
    /// Replies to requests that had ended.
    public internal(set) var lateReplies: UInt64 = 0
    /// Replies to requests that never were, or from processes that were not asked or had said their last word.
    public internal(set) var strangeReplies: UInt64 = 0

    /// Nothing counted.
    public init() {}
}
