// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension FailureDetector {
    /// Anything came from a peer itself: it lives.
    ///
    /// - Parameters:
    ///   - peer: Its name.
    ///   - incarnation: Who said it: what an earlier or later process says is no word of this one.
    ///   - now: The present instant.
    /// - Returns: Whether it had been suspected; false for a peer that is not known.
    /// - Complexity: O(log n) in the number of peers.
    @discardableResult
    public mutating func heard(_ peer: NodeID, _ incarnation: Incarnation, at now: Instant) -> Bool {
        guard let index = index(of: peer), peers[index].incarnation == incarnation else { return false }
        return heard(at: index, at: now)
    }

    /// Anything was sent to a peer, which needs no ping for a while.
    ///
    /// - Parameters:
    ///   - peer: Its name; nothing happens where it is not known.
    ///   - now: The present instant.
    /// - Complexity: O(log n) in the number of peers.
    public mutating func sent(_ peer: NodeID, at now: Instant) {
        guard let index = index(of: peer) else { return }
        peers[index].pulse.sent(at: now)
    }

    /// A newer word of a peer came through somebody else: it is not dead, and stays suspect if it is.
    ///
    /// - Parameters:
    ///   - peer: Its name.
    ///   - incarnation: Who said it.
    ///   - remaining: How much of the word's life is left; never more than the peer's lifetime counts.
    ///   - now: The present instant.
    /// - Complexity: O(log n) in the number of peers.
    public mutating func vouch(for peer: NodeID, _ incarnation: Incarnation, for remaining: Duration, at now: Instant) {
        guard let index = index(of: peer), peers[index].incarnation == incarnation else { return }
        vouch(at: index, for: remaining.wholeNanoseconds, at: now)
    }

    /// Looks through the whole table.
    ///
    /// - Parameters:
    ///   - now: The present instant.
    ///   - hasWork: Whether our own work waits, so that peers get pings although other traffic flows.
    ///   - findings: Where what was found is appended, in the order of the peers' names.
    /// - Complexity: O(n) in the number of peers.
    public mutating func sweep(at now: Instant, hasWork: Bool = false, into findings: inout Actions<Finding>) {
        beginSweep(at: now)
        var index = 0
        while index < peers.count {
            let (name, incarnation) = (names[index], peers[index].incarnation)
            switch check(index, at: now, hasWork: hasWork) {
            case .dead:
                remove(at: index)
                findings.append(.dead(name, incarnation))
                continue
            case .suspect(let wantsReply):
                findings.append(.suspect(name, incarnation))
                if let wantsReply { findings.append(.pingDue(name, incarnation, wantsReply: wantsReply)) }
            case .ping(let wantsReply): findings.append(.pingDue(name, incarnation, wantsReply: wantsReply))
            case .nothing: break
            }
            index += 1
        }
    }

    /// What became of one peer; a ping that is due counts as sent, and the Boolean says whether it asks for a reply.
    enum Check {
        case nothing, dead
        case suspect(ping: Bool?)
        case ping(Bool)
    }

    /// Takes the time in which we did not run ourselves out of everybody's silence.
    mutating func beginSweep(at now: Instant) {
        let late = nextSweep.nanoseconds(to: now)
        swept(at: now)
        guard late > rules.timeToLive / 2 else { return }
        for index in peers.indices {
            peers[index].pulse.forgive(late, at: now)
            let moved = Instant(nanoseconds: peers[index].diesAt).advanced(byNanoseconds: late)
            let longest = now.advanced(byNanoseconds: peers[index].lifetime)
            peers[index].diesAt = min(moved, longest).nanoseconds
        }
    }

    mutating func check(_ index: Int, at now: Instant, hasWork: Bool) -> Check {
        if hasRunOut(index, at: now) { return .dead }
        var wantsReply: Bool?
        if peers[index].pulse.wantsPing(at: now, rules, hasWork: hasWork) {
            wantsReply = peers[index].pulse.wantsReply(at: now)
            peers[index].pulse.sent(at: now)
            peers[index].pulse.pingedAt = now.nanoseconds
        }
        if peers[index].pulse.fellSilent(at: now, rules) { return .suspect(ping: wantsReply) }
        return wantsReply.map { .ping($0) } ?? .nothing
    }

    mutating func heard(at index: Int, at now: Instant) -> Bool {
        peers[index].diesAt = now.advanced(byNanoseconds: peers[index].lifetime).nanoseconds
        return peers[index].pulse.heard(at: now)
    }

    mutating func vouch(at index: Int, for remaining: Int64, at now: Instant) {
        let end = now.advanced(byNanoseconds: min(remaining, peers[index].lifetime))
        peers[index].diesAt = max(peers[index].diesAt, end.nanoseconds)
    }

    func remaining(_ index: Int, at now: Instant) -> Int64 {
        now.nanoseconds(to: Instant(nanoseconds: peers[index].diesAt))
    }

    func index(of peer: NodeID) -> Int? {
        let index = names.insertionIndex(of: peer)
        return index < names.count && names[index] == peer ? index : nil
    }

    private func hasRunOut(_ index: Int, at now: Instant) -> Bool {
        #if PlantedBugs
        if rules.plantedBug == .expiryIgnored { return false }
        #endif
        return peers[index].diesAt <= now.nanoseconds
    }
}

extension ContiguousArray<NodeID> {
    /// Where a name is, or where it would have to be put, in an array in ascending order.
    func insertionIndex(of name: NodeID) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
