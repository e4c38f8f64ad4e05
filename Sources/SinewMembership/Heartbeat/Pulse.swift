// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What is known of one peer's heart: numbers alone, so that a table of them is looked through fast.
struct Pulse: Hashable, Sendable {
    /// When the peer was last heard, by any traffic.
    var heardAt: Int64
    /// When anything was last sent to it.
    var sentAt: Int64
    /// When it was last sent a ping, which carries what other traffic does not.
    var pingedAt: Int64
    /// How long it may be silent: as it announced, within our bounds.
    var timeToLive: Int64
    /// What it last said of its work, and since when that is so.
    var completed: UInt64 = 0
    var completedAt: Int64
    var hasProgress = false
    var isStalled = false
    var isSilent = false

    init(timeToLive: Int64, at now: Instant) {
        heardAt = now.nanoseconds
        sentAt = .min
        pingedAt = .min
        completedAt = now.nanoseconds
        self.timeToLive = timeToLive
    }

    /// What a ping changed about the peer's work.
    enum WorkChange { case none, stalled, movedOn }

    /// Anything came from the peer: whether it had been silent for too long.
    mutating func heard(at now: Instant) -> Bool {
        heardAt = now.nanoseconds
        guard isSilent else { return false }
        isSilent = false
        return true
    }

    /// What a ping says beyond that the peer can be heard.
    ///
    /// Work is judged by two pings that lie far enough apart and say the same: silence of the I/O is no sign of a
    /// stall.
    mutating func take(_ ping: Ping, at now: Instant, _ rules: HeartbeatRules) -> WorkChange {
        timeToLive = rules.accepted(ping.timeToLiveNanoseconds)
        let stands = hasProgress && ping.progress.completed == completed && ping.progress.isWorkWaiting
        guard stands else {
            (completed, completedAt, hasProgress) = (ping.progress.completed, now.nanoseconds, true)
            guard isStalled else { return .none }
            isStalled = false
            return .movedOn
        }
        guard !isStalled, elapsed(since: completedAt, to: now) >= rules.stallTimeout else { return .none }
        isStalled = true
        return .stalled
    }

    /// Anything was sent to the peer.
    mutating func sent(at now: Instant) { sentAt = now.nanoseconds }

    /// Whether the peer has now been silent for longer than it announced, which is told once.
    mutating func fellSilent(at now: Instant, _ rules: HeartbeatRules) -> Bool {
        guard !isSilent, elapsed(since: heardAt, to: now) > limit(rules) else { return false }
        isSilent = true
        return true
    }

    /// Whether a ping is due: nothing was sent for a while; or other traffic flows, but says nothing of work that
    /// waits.
    func wantsPing(at now: Instant, _ rules: HeartbeatRules, hasWork: Bool) -> Bool {
        elapsed(since: sentAt, to: now) >= rules.pingInterval
            || (hasWork && elapsed(since: pingedAt, to: now) >= rules.timeToLive)
    }

    /// Whether the ping should ask for a reply: half of what was announced has passed in silence.
    func wantsReply(at now: Instant) -> Bool { elapsed(since: heardAt, to: now) > timeToLive / 2 }

    /// Takes time out of the silence: it was we who did not run.
    mutating func forgive(_ nanoseconds: Int64, at now: Instant) {
        heardAt = min(now.nanoseconds, Instant(nanoseconds: heardAt).advanced(byNanoseconds: nanoseconds).nanoseconds)
    }

    private func limit(_ rules: HeartbeatRules) -> Int64 {
        #if PlantedBugs
        if rules.plantedBug == .wrongTimeToLive { return rules.timeToLive }
        #endif
        return timeToLive
    }

    private func elapsed(since earlier: Int64, to now: Instant) -> Int64 {
        Instant(nanoseconds: earlier).nanoseconds(to: now)
    }
}
