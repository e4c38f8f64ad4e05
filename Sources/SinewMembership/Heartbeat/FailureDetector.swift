// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Judges the life of all peers of a node by their silence: alive, then suspect, then dead.
///
/// A peer is *suspect* when it was not heard for longer than it announced itself, and *dead* when its life has run out:
/// each word of its own renews its life, and so does its word that came through others (``vouch(for:_:for:at:)``). So
/// a peer that only we cannot reach stays suspect as long as others hear it. SWIM (Das, Gupta, Motivala 2002) asks
/// other members to ping a silent peer; here everybody pings everybody, so the others know already, and gossip tells.
///
/// The whole table is looked through at each sweep, never its head alone (zguide#91). Time in which this node did not
/// run itself does not count as silence, which it could not have heard anyway (Lifeguard, Dadgar et al. 2018, has the
/// idea): a sweep that comes late by more than half of our own time-to-live moves all deadlines by as much.
///
/// Peers are kept in the order of their names.
public struct FailureDetector: Sendable {
    /// What a sweep found out.
    public enum Finding: Hashable, Sendable {
        /// Nothing was sent to the peer for a while: ping it now. `wantsReply` says that we have not heard it for long.
        case pingDue(NodeID, Incarnation, wantsReply: Bool)
        /// The peer has been silent for longer than it announced.
        case suspect(NodeID, Incarnation)
        /// The peer's life has run out; it is no longer in the table.
        case dead(NodeID, Incarnation)
    }

    struct Peer: Hashable, Sendable {
        let incarnation: Incarnation
        var pulse: Pulse
        /// How long a word of the peer lasts, and until when the last one does.
        var lifetime: Int64
        var diesAt: Int64
    }

    let rules: HeartbeatRules
    /// The largest number of peers; more are not taken.
    public let maximumPeers: Int
    private(set) var names: ContiguousArray<NodeID> = []
    var peers: ContiguousArray<Peer> = []
    private(set) var sweptAt: Instant

    /// Makes a detector that knows of nobody.
    ///
    /// - Parameters:
    ///   - options: How often hearts beat, and what is accepted of a peer.
    ///   - maximumPeers: The largest number of peers.
    ///   - now: The present instant.
    public init(options: HeartbeatOptions = HeartbeatOptions(), maximumPeers: Int = 1024, at now: Instant) {
        self.init(rules: HeartbeatRules(options), maximumPeers: maximumPeers, at: now)
    }

    init(rules: HeartbeatRules, maximumPeers: Int, at now: Instant) {
        self.rules = rules
        self.maximumPeers = max(0, maximumPeers)
        sweptAt = now
    }

    /// How many peers there are.
    public var count: Int { names.count }

    /// When the next sweep is due.
    public var nextSweep: Instant { sweptAt.advanced(byNanoseconds: rules.sweepInterval) }

    /// What is believed of a peer, or nil when it is dead or was never known.
    ///
    /// - Parameter peer: Its name.
    public func status(of peer: NodeID) -> PeerStatus? {
        index(of: peer).map { peers[$0].pulse.isSilent ? .suspect : .alive }
    }

    /// The incarnation of a peer, or nil when it is dead or was never known.
    ///
    /// - Parameter peer: Its name.
    public func incarnation(of peer: NodeID) -> Incarnation? { index(of: peer).map { peers[$0].incarnation } }

    /// How long a peer lives if nothing more is heard of it, or nil when it is dead or was never known.
    ///
    /// - Parameters:
    ///   - peer: Its name.
    ///   - now: The present instant.
    public func remainingLife(of peer: NodeID, at now: Instant) -> Duration? {
        index(of: peer).map { .nanoseconds(max(0, remaining($0, at: now))) }
    }

    /// Begins to watch a peer, which counts as heard now; an incarnation of it that was watched before is forgotten.
    ///
    /// - Parameters:
    ///   - peer: Its name.
    ///   - incarnation: Which process of it.
    ///   - timeToLive: How long it may be silent, until a ping of it says something else; brought within our bounds.
    ///   - lifetime: How long a word of it keeps it from being dead; at least the time-to-live, and at most the largest
    ///     one that we accept.
    ///   - remaining: How much of that is left now, for a word that came through others; all of it when nil.
    ///   - now: The present instant.
    /// - Returns: Whether there was room for it.
    /// - Complexity: O(n) in the number of peers.
    @discardableResult
    public mutating func add(
        _ peer: NodeID,
        _ incarnation: Incarnation,
        timeToLive: Duration,
        lifetime: Duration,
        remaining: Duration? = nil,
        at now: Instant
    ) -> Bool {
        let timeToLive = rules.accepted(timeToLive.wholeNanoseconds)
        let lifetime = min(max(timeToLive, lifetime.wholeNanoseconds), rules.largest)
        let left = min(max(0, remaining?.wholeNanoseconds ?? lifetime), lifetime)
        let entry = Peer(
            incarnation: incarnation,
            pulse: Pulse(timeToLive: timeToLive, at: now),
            lifetime: lifetime,
            diesAt: now.advanced(byNanoseconds: left).nanoseconds
        )
        let index = names.insertionIndex(of: peer)
        if index < names.count, names[index] == peer {
            peers[index] = entry
            return true
        }
        guard names.count < maximumPeers else { return false }
        names.insert(peer, at: index)
        peers.insert(entry, at: index)
        return true
    }

    /// Stops watching a peer.
    ///
    /// - Parameter peer: Its name; nothing happens where it is not known.
    /// - Complexity: O(n) in the number of peers.
    public mutating func remove(_ peer: NodeID) {
        guard let index = index(of: peer) else { return }
        remove(at: index)
    }

    mutating func remove(at index: Int) {
        names.remove(at: index)
        peers.remove(at: index)
    }

    mutating func swept(at now: Instant) { sweptAt = now }
}
