// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// A member as it stands at one moment.
public struct Member: Hashable, Sendable {
    /// Its newest record.
    public let record: MemberRecord
    /// What is believed of its life.
    public let status: PeerStatus
    /// Whether its work stands still while some waits.
    public let isStalled: Bool
    /// How long it lives if no further word of it comes.
    public let remainingLife: Duration
}

extension Membership {
    /// How many other members there are.
    public var memberCount: Int { view.count }

    /// All other members, in the order of their names.
    ///
    /// - Parameter now: The present instant.
    /// - Complexity: O(n).
    public func members(at now: Instant) -> [Member] { view.records.indices.map { member($0, at: now) } }

    /// One other member, or nil where there is no such member.
    ///
    /// - Parameters:
    ///   - id: Its name.
    ///   - now: The present instant.
    /// - Complexity: O(log n).
    public func member(_ id: NodeID, at now: Instant) -> Member? { view.index(of: id).map { member($0, at: now) } }

    /// What is believed of a member's life, or nil where there is no such member.
    ///
    /// - Parameter id: Its name.
    /// - Complexity: O(log n).
    public func status(of id: NodeID) -> PeerStatus? { detector.status(of: id) }

    /// What a simulation checks after every step, without a copy of the record.
    package func belief(about id: NodeID) -> (incarnation: Incarnation, version: UInt64, status: PeerStatus)? {
        guard let index = view.index(of: id) else { return nil }
        let status: PeerStatus = detector.peers[index].pulse.isSilent ? .suspect : .alive
        return (view.records[index].incarnation, view.records[index].version, status)
    }

    private func member(_ index: Int, at now: Instant) -> Member {
        Member(
            record: view.records[index],
            status: detector.peers[index].pulse.isSilent ? .suspect : .alive,
            isStalled: detector.peers[index].pulse.isStalled,
            remainingLife: .nanoseconds(max(0, detector.remaining(index, at: now)))
        )
    }
}
