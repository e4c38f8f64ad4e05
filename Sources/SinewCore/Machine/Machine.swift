// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A protocol as a value: events and the time go in, actions come out.
///
/// A machine has no clock, socket, file or task, no randomness of its own, and never iterates over a hashed collection,
/// so that the same events at the same instants always give the same actions. A thin shell performs the actions over
/// real sockets; a simulator performs them over a network that drops, delays and repeats, from one seed. The model is
/// that of etcd's Raft and of PostgresNIO's connection pool.
///
/// A shell calls ``step(_:at:into:)`` with what happened, and with ``MachineEvent/tick`` once the time is
/// ``nextDeadline`` or later. Instants never go backwards.
public protocol Machine {
    /// What can happen to it.
    associatedtype Event: MachineEvent
    /// What it wants done.
    associatedtype Action

    /// Takes in one event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When; not before the instant of an earlier step.
    ///   - actions: Where what is to be done is appended, in order.
    mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>)

    /// When a tick is wanted, or nil while only other events can change anything.
    ///
    /// A step with a tick at this instant or later moves it on: a machine that keeps asking for a tick in the past
    /// would keep its shell from everything else.
    var nextDeadline: Instant? { get }
}

/// What can happen to a machine; one case of it is that time has passed.
public protocol MachineEvent {
    /// The time that the machine asked for has come. Any event may come instead of it, and ticks that come early change
    /// nothing.
    static var tick: Self { get }
}
