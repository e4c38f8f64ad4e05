// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is to be done about a request after something happened.
public struct RequestOutcome: Hashable, Sendable {
    /// What is to be done.
    public enum Verdict: Hashable, Sendable {
        /// Nothing: the reply is for no request that is under way, or from nobody who was to answer it. It was counted.
        case ignored
        /// Nothing yet: the request goes on.
        case waiting
        /// Hand this reply to the requester; with `isLast` the request has ended with it, and has gone.
        case deliver(isLast: Bool)
        /// The request has ended and has gone: no further answer comes. The requester has had them all; only a request
        /// for many can have had none.
        case finished
        /// The request has ended without an answer and has gone: tell the requester.
        case failed(BusError.Code)
    }

    /// What is to be done.
    public let verdict: Verdict
    /// The processes that still work on a request that has ended, in order: send them a cancellation.
    public let cancels: [ProcessID]
    /// What became of those who were asked, so far.
    public let tally: RequestTally

    init(_ verdict: Verdict, cancels: [ProcessID] = [], tally: RequestTally = RequestTally()) {
        self.verdict = verdict
        self.cancels = cancels
        self.tally = tally
    }

    /// Whether the request has ended, and is not in the table any more.
    public var isEnd: Bool {
        switch verdict {
        case .ignored, .waiting, .deliver(isLast: false): false
        case .deliver(isLast: true), .finished, .failed: true
        }
    }
}

/// A request that ended through something other than a reply.
public struct EndedRequest: Hashable, Sendable {
    /// The request's number.
    public let id: UInt64
    /// How it ended.
    public let outcome: RequestOutcome
}
