// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension Membership {
    /// A round: what we know goes to one member, chosen at random.
    mutating func gossip(at now: Instant, into actions: inout Actions<Action>) {
        guard detector.count > 0 else { return }
        let index = Int.random(in: 0..<detector.count, using: &random)
        sendDigest(to: detector.names[index], detector.peers[index].incarnation, at: now, into: &actions)
    }

    /// How many entries of a digest, and how many names, fit in one message.
    var maximumDigestEntries: Int { MembershipLimits(options).digestEntries }

    /// Says which versions we have: all names, cut into several messages where there are too many.
    mutating func sendDigest(
        to peer: NodeID,
        _ destination: Incarnation,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        let entries = digestEntries()
        let size = maximumDigestEntries
        if entries.count <= size {
            return send(.digest(Digest(entries)), to: peer, destination, at: now, into: &actions)
        }
        var start = 0
        while start < entries.count {
            let end = min(start + size, entries.count)
            let digest = Digest(
                from: start == 0 ? nil : entries[start].id,
                until: end == entries.count ? nil : entries[end].id,
                Array(entries[start..<end])
            )
            send(.digest(digest), to: peer, destination, at: now, into: &actions)
            start = end
        }
    }

    /// What we have of each, in the order of the names: members, ourselves, and who left. (Who died is gone for us
    /// alone: others judge for themselves.)
    func digestEntries() -> [Digest.Entry] {
        var entries: [Digest.Entry] = []
        entries.reserveCapacity(view.count + 1)
        var isOwnMissing = true
        for record in view.records {
            if isOwnMissing, id < record.id {
                entries.append(Digest.Entry(id, incarnation, own.version))
                isOwnMissing = false
            }
            entries.append(Digest.Entry(record.id, record.incarnation, record.version))
        }
        if isOwnMissing { entries.append(Digest.Entry(id, incarnation, own.version)) }
        let departures = view.tombstones.filter(\.isDeparture)
        guard !departures.isEmpty else { return entries }
        entries += departures.map { Digest.Entry($0.id, $0.incarnation, $0.version) }
        entries.sort { $0.id < $1.id }
        return entries
    }

    /// Sends what is newer with us than in a digest, and pulls what is newer there.
    mutating func answer(
        _ digest: Digest,
        of peer: NodeID,
        _ sender: Incarnation,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        let mine = digestEntries()
        let theirs = digest.entries
        var (pushed, pulled): ([GossipRecord], [NodeID]) = ([], [])
        var index = mine.firstIndex { $0.id >= digest.lower ?? $0.id } ?? mine.count
        let end = digest.upper.map { upper in mine.firstIndex { $0.id >= upper } ?? mine.count } ?? mine.count
        var other = 0
        while index < end || other < theirs.count {
            let hasMine = index < end && (other == theirs.count || mine[index].id <= theirs[other].id)
            let hasTheirs = other < theirs.count && (index >= end || theirs[other].id <= mine[index].id)
            if hasMine, !hasTheirs || mine[index].isNewer(than: theirs[other]) {
                if let record = gossip(of: mine[index].id, at: now) { pushed.append(record) }
            } else if hasTheirs, !hasMine || theirs[other].isNewer(than: mine[index]) {
                if wants(theirs[other], into: &actions) { pulled.append(theirs[other].id) }
            }
            if hasMine { index += 1 }
            if hasTheirs { other += 1 }
        }
        send(pushed, to: peer, sender, at: now, into: &actions)
        guard !pulled.isEmpty else { return }
        let wanted = Array(pulled.prefix(maximumDigestEntries))
        send(.pull(wanted), to: peer, sender, at: now, into: &actions)
    }

    /// A record as we pass it on: with what is left of its life. Nil where nothing is, or where we have none.
    func gossip(of id: NodeID, at now: Instant) -> GossipRecord? {
        if id == self.id { return ownGossip }
        if let index = view.index(of: id) {
            #if PlantedBugs
            if options.plantedBug == .relayLengthensLife {
                return GossipRecord(view.records[index], view.records[index].lifetimeNanoseconds)
            }
            #endif
            let remaining = detector.remaining(index, at: now)
            return remaining > 0 ? GossipRecord(view.records[index], remaining) : nil
        }
        guard let stone = view.stones[id], stone.isDeparture, stone.forgottenAt > now else { return nil }
        let record = MemberRecord(id: id, incarnation: stone.incarnation, version: stone.version)
        return GossipRecord(record, now.nanoseconds(to: stone.forgottenAt))
    }

    /// Sends records, in as many messages as they need and are allowed.
    mutating func send(
        _ records: [GossipRecord],
        to peer: NodeID,
        _ destination: Incarnation,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        var messages = 0
        var (batch, size): ([GossipRecord], Int) = ([], 0)
        for (index, record) in records.enumerated() {
            let bytes = record.maximumEncodedBytes
            if size + bytes > MembershipLimits(options).recordBytes {
                send(.records(batch), to: peer, destination, at: now, into: &actions)
                (batch, size) = ([], 0)
                messages += 1
                guard messages < options.maximumAnswerMessages else {
                    statistics.recordsDeferred += UInt64(records.count - index)
                    return
                }
            }
            batch.append(record)
            size += bytes
        }
        if !batch.isEmpty { send(.records(batch), to: peer, destination, at: now, into: &actions) }
    }

    /// Whether something that a digest lists is to be pulled; what it says of ourselves is answered by a newer version.
    private mutating func wants(_ entry: Digest.Entry, into actions: inout Actions<Action>) -> Bool {
        if entry.id == id {
            takeOwn(entry.incarnation, entry.version, into: &actions)
            return false
        }
        guard let stone = view.stones[entry.id] else { return true }
        return stone.isOlder(than: entry.incarnation, entry.version)
    }
}

extension Digest.Entry {
    func isNewer(than other: Digest.Entry) -> Bool {
        incarnation != other.incarnation ? incarnation > other.incarnation : version > other.version
    }
}
