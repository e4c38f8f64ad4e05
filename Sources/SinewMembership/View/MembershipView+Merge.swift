// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension MembershipView {
    /// Takes in a record.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - isOwnersWord: Whether it came from its owner itself, just now: then a process that was thought dead is not,
    ///     if nothing newer of it was known. One that left stays gone.
    ///   - remaining: How much of its life is left: so long is a departure remembered, and at most the tombstones'
    ///     lifetime.
    ///   - now: The present instant.
    /// - Returns: What it changed.
    /// - Complexity: O(log n) where the member is known, O(n) for a new one.
    public mutating func merge(
        _ record: MemberRecord,
        isOwnersWord: Bool = false,
        remaining: Duration? = nil,
        at now: Instant
    ) -> Change {
        if record.isDeparture { return depart(record, remaining, at: now) }
        if let index = index(of: record.id) { return replace(index, by: record, at: now) }
        if let stone = stones[record.id], covers(stone, record, isOwnersWord) { return .buried }
        guard names.count < maximumMembers else { return .full }
        stones.remove(record.id)
        insert(record, at: names.insertionIndex(of: record.id))
        return .joined(replacing: nil)
    }

    /// A member is dead: it becomes a tombstone.
    ///
    /// - Parameters:
    ///   - id: Its name.
    ///   - now: The present instant.
    /// - Returns: Its last record, or nil where it was no member.
    @discardableResult
    public mutating func bury(_ id: NodeID, at now: Instant) -> MemberRecord? {
        guard let index = index(of: id) else { return nil }
        let record = remove(at: index)
        stones.insert(tombstone(record, nil, at: now))
        return record
    }

    /// A process spoke whose record we do not have: what earlier ones said is no news from now on.
    mutating func heardOf(_ id: NodeID, _ incarnation: Incarnation, at now: Instant) {
        // Its own versions begin with 1.
        let end = now.advanced(by: tombstoneLifetime)
        stones.insert(Tombstone(id: id, incarnation: incarnation, version: 0, forgottenAt: end))
    }

    /// Forgets the tombstones whose time is over.
    ///
    /// - Parameter now: The present instant.
    /// - Complexity: O(n) in the number of tombstones.
    public mutating func forgetTombstones(at now: Instant) { stones.forget(at: now) }

    /// Only its owner said that its content is as it was under a newer version.
    mutating func renew(_ index: Int, version: UInt64) {
        // Nothing but a record of its own says that its owner left.
        if version < MemberRecord.departure { records[index].version = max(records[index].version, version) }
    }

    private mutating func replace(_ index: Int, by record: MemberRecord, at now: Instant) -> Change {
        let known = records[index]
        if isOlder(record, than: known) { return .outdated }
        guard record.incarnation == known.incarnation else {
            stones.insert(tombstone(known, nil, at: now))
            records[index] = record
            return .joined(replacing: known.incarnation)
        }
        guard record.version != known.version else { return .known }
        records[index] = record
        return record.content == known.content ? .renewed : .updated
    }

    private mutating func depart(_ record: MemberRecord, _ remaining: Duration?, at now: Instant) -> Change {
        if let index = index(of: record.id) {
            let known = records[index]
            if known.incarnation > record.incarnation { return .outdated }
            _ = remove(at: index)
            stones.insert(tombstone(record, remaining, at: now))
            return .departed(member: known.incarnation)
        }
        if let stone = stones[record.id], !stone.isOlder(than: record.incarnation, record.version) { return .known }
        stones.insert(tombstone(record, remaining, at: now))
        return .departed(member: nil)
    }

    private func tombstone(_ record: MemberRecord, _ remaining: Duration?, at now: Instant) -> Tombstone {
        let life = min(max(.zero, remaining ?? tombstoneLifetime), tombstoneLifetime)
        let end = now.advanced(by: life)
        return Tombstone(id: record.id, incarnation: record.incarnation, version: record.version, forgottenAt: end)
    }

    private func covers(_ stone: Tombstone, _ record: MemberRecord, _ isOwnersWord: Bool) -> Bool {
        if stone.isOlder(than: record.incarnation, record.version) { return false }
        // An older version is an old message, also when it comes from its owner.
        let isSame = stone.incarnation == record.incarnation && stone.version == record.version
        return !isOwnersWord || !isSame
    }

    private func isOlder(_ record: MemberRecord, than known: MemberRecord) -> Bool {
        #if PlantedBugs
        if plantedBug == .staleIncarnation, record.incarnation != known.incarnation { return false }
        #endif
        return record.incarnation < known.incarnation
            || (record.incarnation == known.incarnation && record.version < known.version)
    }
}
