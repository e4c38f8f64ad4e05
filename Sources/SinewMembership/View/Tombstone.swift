// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What is remembered of a process that left or died, so that old gossip does not bring it back.
public struct Tombstone: Hashable, Sendable {
    /// Whose it is.
    public let id: NodeID
    /// Which process is gone; earlier ones are gone too.
    public let incarnation: Incarnation
    /// Its newest version that is gone: ``MemberRecord/departure`` when it left on purpose, and 0 when only earlier
    /// processes are gone. A later version of the same incarnation shows that its owner is alive after all.
    public let version: UInt64
    /// Until when it is remembered.
    public let forgottenAt: Instant

    /// Whether its owner left on purpose.
    public var isDeparture: Bool { version == MemberRecord.departure }

    func isOlder(than incarnation: Incarnation, _ version: UInt64) -> Bool {
        self.incarnation != incarnation ? self.incarnation < incarnation : self.version < version
    }
}

/// Tombstones in the order of their names, one for each; when there are too many, those go that would be forgotten
/// first.
struct TombstoneTable: Sendable {
    let maximum: Int
    private(set) var names: ContiguousArray<NodeID> = []
    private(set) var stones: ContiguousArray<Tombstone> = []
    /// How many were forgotten before their time, for want of room.
    private(set) var evicted: UInt64 = 0
    #if PlantedBugs
    var plantedBug: PlantedBug?
    #endif

    init(maximum: Int) { self.maximum = max(0, maximum) }

    subscript(id: NodeID) -> Tombstone? {
        let index = names.insertionIndex(of: id)
        return index < names.count && names[index] == id ? stones[index] : nil
    }

    /// Sets a tombstone, unless there is one that says as much already.
    mutating func insert(_ stone: Tombstone) {
        #if PlantedBugs
        if plantedBug == .tombstoneForgotten { return }
        #endif
        let index = names.insertionIndex(of: stone.id)
        if index < names.count, names[index] == stone.id {
            if stones[index].isOlder(than: stone.incarnation, stone.version) { stones[index] = stone }
            return
        }
        names.insert(stone.id, at: index)
        stones.insert(stone, at: index)
        guard names.count > maximum else { return }
        let first = stones.indices.min { stones[$0].forgottenAt < stones[$1].forgottenAt }
        if let first { remove(at: first) }
        evicted += 1
    }

    mutating func remove(_ id: NodeID) {
        let index = names.insertionIndex(of: id)
        if index < names.count, names[index] == id { remove(at: index) }
    }

    /// Forgets those whose time is over.
    mutating func forget(at now: Instant) {
        guard stones.contains(where: { $0.forgottenAt <= now }) else { return }
        stones.removeAll { $0.forgottenAt <= now }
        names = ContiguousArray(stones.map(\.id))
    }

    private mutating func remove(at index: Int) {
        names.remove(at: index)
        stones.remove(at: index)
    }
}
