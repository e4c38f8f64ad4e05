// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What is simulated: machines, what surrounds them, what they are asked to do, and what must hold.
///
/// Conform a struct. Its state is the world that the machines do not see: disks that outlive crashes, the resource
/// that a lock protects, what clients were told. ``Simulation`` calls it from one thread, always in the same order for
/// the same seed; it must have no clock and no randomness of its own, and not iterate over dictionaries or sets. A
/// simulation is repeated from a system that is made anew: the struct must share no objects with another one.
///
/// Only ``peers``, ``start(_:run:at:using:)`` and ``check(_:after:at:)`` have to be written; everything else has a
/// default that does nothing. Instants are the time of the simulation, which no node sees, except for
/// ``start(_:run:at:using:)``.
public protocol SimulatedSystem {
    /// The machine that each node runs. For nodes of several sorts, an enum of machines.
    associatedtype Node: PeerMachine
    /// The name of a node.
    typealias Peer = Node.Event.Peer

    /// Who takes part: 1 to 1024 names, all different. Asked once.
    var peers: [Peer] { get }

    /// Whether nodes speak over connections (TCP, say) instead of datagrams. The default is false.
    ///
    /// On a connection no message is dropped, repeated or overtaken on its own (these kinds of faults are off). It
    /// breaks when a partition closes either direction or an end crashes; what was on its way is lost. It stands
    /// again when both directions are open and both ends run. See ``linkChanged(of:to:isUp:at:)``.
    var usesConnections: Bool { get }

    /// Makes the machine of a node: at first, and again after each crash.
    ///
    /// - Parameters:
    ///   - peer: Whose.
    ///   - run: 0 at first, then one more each time: what an `Incarnation` may be made of.
    ///   - now: What the node's own clock shows.
    ///   - random: Seeds for the machine's choices.
    /// - Returns: The machine, which knows nothing of earlier runs but what this system has kept for it.
    mutating func start(_ peer: Peer, run: Int, at now: Instant, using random: inout SeededRandom) -> Node

    /// The workload: what somebody wants of a node now. Asked again and again, see
    /// ``SimulationSettings/inputInterval``.
    ///
    /// - Parameters:
    ///   - now: The time of the simulation.
    ///   - random: Where choices come from.
    /// - Returns: Whom it is for and the event; nil for nothing this time. What is for a node that does not run is
    ///   counted and lost.
    mutating func nextInput(at now: Instant, using random: inout SeededRandom) -> (peer: Peer, event: Node.Event)?

    /// Performs an action that is no message: writes to a disk, takes what was granted, sets a result aside.
    ///
    /// - Parameters:
    ///   - action: What the machine wants done.
    ///   - peer: Which node's.
    ///   - now: The time of the simulation.
    ///   - events: What happens to this node because of it, and when: that the disk is done, say. A crash forestalls
    ///     it.
    /// - Throws: What is broken, if the action must not be.
    mutating func perform(
        _ action: Node.Action,
        of peer: Peer,
        at now: Instant,
        events: inout LocalEvents<Node.Event>
    ) throws(Violation)

    /// A node has ended. Keep what outlives it, and lose what had not reached the disk.
    ///
    /// - Parameters:
    ///   - peer: Whose.
    ///   - node: Its machine, for the last time.
    ///   - now: The time of the simulation.
    ///   - random: Where choices come from: how much of the unwritten data survived, say.
    mutating func stopped(_ peer: Peer, node: Node, at now: Instant, using random: inout SeededRandom)

    /// What a node hears when it gets or loses its link to another: an event that comes to it a little later, in order
    /// with the messages of that link. The default is nothing.
    ///
    /// Called for both ends, at the start, when partitions come and go, and for the other nodes when one ends or starts
    /// again (for which also it hears of each link that it has).
    ///
    /// - Parameters:
    ///   - peer: Who may be told.
    ///   - other: The other end.
    ///   - isUp: Whether both directions are open and both ends run.
    ///   - now: The time of the simulation.
    /// - Returns: The event, or nil.
    mutating func linkChanged(of peer: Peer, to other: Peer, isUp: Bool, at now: Instant) -> Node.Event?

    /// Looks whether everything is as it must always be. Called after every step of every machine and after each start,
    /// so look only at what can have changed: ``SimulatedNodes/latest`` is the position of who made the step.
    ///
    /// When a node ends within its step (``FaultKinds/crashWithinStep``), only the first of its actions have been
    /// performed, and this is called with ``SimulatedNodes/isRunning(_:)`` false for it. Do not compare what such a
    /// machine believes with what the system saw of it: ask `isRunning` first.
    ///
    /// - Parameters:
    ///   - nodes: All machines; of those that do not run, as they were at their end.
    ///   - peer: Who made the step, or started.
    ///   - now: The time of the simulation.
    /// - Throws: Which promise is broken.
    mutating func check(_ nodes: SimulatedNodes<Node>, after peer: Peer, at now: Instant) throws(Violation)

    /// Looks whether the system has recovered: a leader is elected, all views agree, everything asked for is done.
    ///
    /// Called from time to time after all faults have ended and every node runs, until it throws nothing or
    /// ``SimulationSettings/healing`` is over; then what it throws is a violation.
    ///
    /// - Parameters:
    ///   - nodes: All machines.
    ///   - now: The time of the simulation.
    /// - Throws: What is not yet as it should be; its code becomes ``Violation/Code/liveness``.
    mutating func checkHealed(_ nodes: SimulatedNodes<Node>, at now: Instant) throws(Violation)

    /// Adds an event that a machine is about to take in to the hash of the run. Receiver, sender and instant are in it
    /// without that; add what tells events apart. With the default, a seed whose two runs differ only in what messages
    /// say is not found.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - hash: The hash of the run.
    func trace(_ event: Node.Event, into hash: inout TraceHash)

    /// Adds an action that is no message to the hash of the run.
    ///
    /// - Parameters:
    ///   - action: The action.
    ///   - hash: The hash of the run.
    func trace(_ action: Node.Action, into hash: inout TraceHash)
}

extension SimulatedSystem {
    /// Datagrams.
    @inlinable public var usesConnections: Bool { false }

    /// Wants nothing.
    @inlinable
    public mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: Peer, event: Node.Event)? { nil }

    /// Does nothing.
    @inlinable
    public mutating func perform(
        _ action: Node.Action,
        of peer: Peer,
        at now: Instant,
        events: inout LocalEvents<Node.Event>
    ) throws(Violation) {}

    /// Keeps nothing.
    @inlinable
    public mutating func stopped(_ peer: Peer, node: Node, at now: Instant, using random: inout SeededRandom) {}

    /// Tells nobody.
    @inlinable
    public mutating func linkChanged(of peer: Peer, to other: Peer, isUp: Bool, at now: Instant) -> Node.Event? { nil }

    /// Is content.
    @inlinable
    public mutating func checkHealed(_ nodes: SimulatedNodes<Node>, at now: Instant) throws(Violation) {}

    /// Adds nothing.
    @inlinable public func trace(_ event: Node.Event, into hash: inout TraceHash) {}

    /// Adds nothing.
    @inlinable public func trace(_ action: Node.Action, into hash: inout TraceHash) {}
}
