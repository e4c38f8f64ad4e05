// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Who is there, by the newest record of each, in the order of their names; and what is remembered of who is gone.
///
/// Nothing older ever replaces anything newer. The view knows no time but that of its tombstones: how long a member
/// lives is the ``FailureDetector``'s to say.
public struct MembershipView: Sendable {
    /// What a record changed.
    public enum Change: Hashable, Sendable {
        /// A new member; `replacing` is the earlier process of it that had been one until now.
        case joined(replacing: Incarnation?)
        /// A member's content changed.
        case updated
        /// A member's content is as it was, and its version newer.
        case renewed
        /// A process left on purpose; `member` is the incarnation that was a member until now, if any.
        case departed(member: Incarnation?)
        /// This version was known already.
        case known
        /// A newer version or a later incarnation was known already.
        case outdated
        /// The process is known to be gone.
        case buried
        /// There is no room for another member.
        case full
    }

    /// The largest number of members; further ones are refused.
    public let maximumMembers: Int
    /// For how long a tombstone is kept.
    public let tombstoneLifetime: Duration
    private(set) var names: ContiguousArray<NodeID> = []
    var records: ContiguousArray<MemberRecord> = []
    var stones: TombstoneTable
    #if PlantedBugs
    var plantedBug: PlantedBug? { didSet { stones.plantedBug = plantedBug } }
    #endif

    /// Makes a view without members.
    ///
    /// - Parameters:
    ///   - maximumMembers: The largest number of members.
    ///   - maximumTombstones: The largest number of tombstones; when there are more, those go that would go first.
    ///   - tombstoneLifetime: For how long a tombstone is kept: longer than any old gossip can be on its way.
    public init(
        maximumMembers: Int = 1024,
        maximumTombstones: Int = 1024,
        tombstoneLifetime: Duration = .seconds(120)
    ) {
        self.maximumMembers = max(0, maximumMembers)
        self.tombstoneLifetime = tombstoneLifetime
        stones = TombstoneTable(maximum: maximumTombstones)
    }

    /// How many members there are.
    public var count: Int { names.count }

    /// The newest record of each member, in the order of their names.
    public var members: ContiguousArray<MemberRecord> { records }

    /// What is remembered of who is gone, in the order of their names.
    public var tombstones: ContiguousArray<Tombstone> { stones.stones }

    /// How many tombstones were forgotten before their time, for want of room.
    public var evictedTombstones: UInt64 { stones.evicted }

    /// The newest record of a member, or nil where there is no such member.
    ///
    /// - Parameter id: Its name.
    /// - Complexity: O(log n).
    public subscript(id: NodeID) -> MemberRecord? { index(of: id).map { records[$0] } }

    /// What is remembered of a process that is gone, or nil where nothing is.
    ///
    /// - Parameter id: The name of its node.
    /// - Complexity: O(log n).
    public func tombstone(of id: NodeID) -> Tombstone? { stones[id] }

    func index(of id: NodeID) -> Int? {
        let index = names.insertionIndex(of: id)
        return index < names.count && names[index] == id ? index : nil
    }

    mutating func insert(_ record: MemberRecord, at index: Int) {
        names.insert(record.id, at: index)
        records.insert(record, at: index)
    }

    mutating func remove(at index: Int) -> MemberRecord {
        names.remove(at: index)
        return records.remove(at: index)
    }
}
