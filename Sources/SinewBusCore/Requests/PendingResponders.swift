// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Whether a request that nobody is known to answer fails because of that, or waits: what is known at one moment.
///
/// That nobody answers is said at once, but only when it is known: a node that has just started knows no interests yet,
/// so that its first requests wait until it has those of every configured seed. (With a NATS server the server knows.)
public struct PendingResponders: Hashable, Sendable {
    /// What to do with the request.
    public enum Decision: Hashable, Sendable {
        /// It fails: ``BusError/Code/noResponders``, or ``BusError/Code/timedOut`` where that was never known.
        case fail(BusError.Code)
        /// Ask again when an interest changes, when the node has become synced, and at this instant.
        case wait(until: Instant)
    }

    /// Whether the interests of every configured seed are known.
    public let isSynced: Bool
    /// When the request's time is over.
    public let deadline: Instant

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - isSynced: Whether the interests of every configured seed are known.
    ///   - deadline: When the request's time is over.
    public init(isSynced: Bool, deadline: Instant) {
        self.isSynced = isSynced
        self.deadline = deadline
    }

    /// What to do with the request.
    ///
    /// - Parameter now: The time.
    public func decision(at now: Instant) -> Decision {
        guard now < deadline else { return .fail(.timedOut) }
        return isSynced ? .fail(.noResponders) : .wait(until: deadline)
    }
}
