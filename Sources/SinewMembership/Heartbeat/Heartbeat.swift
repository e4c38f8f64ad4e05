// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The two hearts of one connection: lets the peer know that we live, and notices when it no longer does.
///
/// Any traffic counts, in both directions: a ping leaves only when nothing else was sent for a while, and only silence
/// beyond what the *peer* announced counts against it. When half of that has passed, pings ask for a reply. Work is
/// judged apart from input and output: see ``Progress``.
///
/// ```swift
/// var heart = Heartbeat(at: now)
/// heart.step(.received, at: now, into: &actions)         // any message; .sent likewise
/// heart.step(.ping(ping), at: now, into: &actions)       // a ping came
/// heart.step(.tick, at: now, into: &actions)             // .ping: send it now, or not at all
/// ```
public struct Heartbeat: Machine, Hashable, Sendable {
    /// What can happen to a heart.
    public enum Event: MachineEvent, Hashable, Sendable {
        /// The time that it asked for has come.
        case tick
        /// Something other than a ping was sent to the peer.
        case sent
        /// Something other than a ping came from the peer.
        case received
        /// A ping came from the peer.
        case ping(Ping)
        /// How far our own work is; the peer learns it with the next ping.
        case progress(Progress)
    }

    /// What a heart wants done.
    public enum Action: Hashable, Sendable {
        /// Send this now, or not at all.
        case ping(Ping)
        /// The peer has been silent for longer than it announced.
        case fellSilent
        /// The peer was heard again after it had been silent.
        case heardAgain
        /// Work waits at the peer, and none of it was done for the stall timeout.
        case stalled
        /// The peer's work goes on, or there is none left, after it had stalled.
        case movedOn
    }

    private let rules: HeartbeatRules
    private var pulse: Pulse
    private var progress = Progress()

    /// Begins to listen. The peer has until then announced nothing, and is given our own time-to-live.
    ///
    /// - Parameters:
    ///   - options: How often the heart beats, and what is accepted of the peer.
    ///   - now: The instant from which silence counts.
    public init(options: HeartbeatOptions = HeartbeatOptions(), at now: Instant) {
        rules = HeartbeatRules(options)
        pulse = Pulse(timeToLive: rules.timeToLive, at: now)
        pulse.sentAt = now.nanoseconds
        pulse.pingedAt = now.nanoseconds
    }

    /// Whether the peer has been silent for longer than it announced.
    public var isSilent: Bool { pulse.isSilent }

    /// Whether work waits at the peer, and none of it is done.
    public var isStalled: Bool { pulse.isStalled }

    /// How long the peer may be silent: as it announced, within our bounds.
    public var announcedTimeToLive: Duration { .nanoseconds(pulse.timeToLive) }

    /// When the next ping is due or the peer's silence becomes too long.
    public var nextDeadline: Instant? {
        var ping = Instant(nanoseconds: pulse.sentAt).advanced(byNanoseconds: rules.pingInterval)
        if progress.isWorkWaiting {
            ping = min(ping, Instant(nanoseconds: pulse.pingedAt).advanced(byNanoseconds: rules.timeToLive))
        }
        guard !pulse.isSilent else { return ping }
        let silence = Instant(nanoseconds: pulse.heardAt).advanced(byNanoseconds: pulse.timeToLive)
        return min(ping, silence.advanced(byNanoseconds: 1))
    }

    /// Takes in one event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When; not before the instant of an earlier step.
    ///   - actions: Where what is to be done is appended, in order.
    /// - Complexity: O(1).
    public mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        switch event {
        case .tick:
            if pulse.fellSilent(at: now, rules) { actions.append(.fellSilent) }
            if pulse.wantsPing(at: now, rules, hasWork: progress.isWorkWaiting) {
                send(wantsReply: pulse.wantsReply(at: now), at: now, into: &actions)
            }
        case .sent: pulse.sent(at: now)
        case .received: if pulse.heard(at: now) { actions.append(.heardAgain) }
        case .ping(let ping):
            if pulse.heard(at: now) { actions.append(.heardAgain) }
            switch pulse.take(ping, at: now, rules) {
            case .none: break
            case .stalled: actions.append(.stalled)
            case .movedOn: actions.append(.movedOn)
            }
            if ping.wantsReply { send(wantsReply: false, at: now, into: &actions) }
        case .progress(let progress): self.progress = progress
        }
    }

    private mutating func send(wantsReply: Bool, at now: Instant, into actions: inout Actions<Action>) {
        pulse.sent(at: now)
        pulse.pingedAt = now.nanoseconds
        actions.append(.ping(Ping(rules.timeToLive, progress, 0, 0, wantsReply)))
    }
}
