// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
package import SinewCore
import SinewMembership
import SinewTesting

/// A node of the simulated bus: the control machine and the lanes as the shell joins them, and the connections of its
/// links, which the network only carries.
///
/// A link's lanes do not wait for each other: some frames wait in their lane after they have come. What comes over a
/// link may come after the first frames of the next. A link may go silent in either lane before it breaks.
package struct BusNode: PeerMachine, Sendable {
    package enum Event: PeerEvent, Sendable {
        case tick
        case received(BusParcel, from: NodeID)
        /// The connections to another node come or go; which they are is counted from 1.
        case connection(Int, isUp: Bool, epoch: UInt32)
        case subscribe(Int)
        case unsubscribe(Int)
        case publish(subject: Int, id: UInt64, bytes: Int)
        /// Our link to a node loses what goes over some of its lanes, and breaks after a while.
        case spoil(Int, lanes: UInt8, nanoseconds: Int64)
        case leave
    }

    package enum Action: PeerAction, Sendable {
        case send(BusParcel, to: NodeID)
        case note(BusNote)

        package var outgoing: Outgoing<NodeID, BusParcel>? {
            if case .send(let parcel, let peer) = self { Outgoing(parcel, to: peer) } else { nil }
        }
    }

    /// A process that messages go to.
    struct OutPeer: Sendable {
        let process: ProcessID
        var lane: OutboundLane
        /// Bytes that went over the link that stands, and up to which the peer takes them.
        var sentBytes: UInt64 = 0
        var grantedBytes: UInt64 = 0
        var window: UInt64 = 0
    }

    /// A process that messages come from.
    struct Sender: Sendable {
        var lane: InboundLane
        var heardAt = Int64.min / 2
        /// The number of its link that was let in last.
        var lastLink: UInt32 = 0
    }

    /// A link of ours, as the network has it.
    struct Wire: Sendable {
        let number: UInt32
        let position: Int
        let epoch: UInt32
        /// Lanes that carry nothing any more: a bit for each.
        var spoiled: UInt8 = 0
    }

    var control: BusControl
    let position: Int
    let universe: BusUniverse
    let setting: BusSetting
    var random: SeededRandom
    var now: Instant
    var agenda = BusAgenda()

    // MARK: Links

    /// In the order of their numbers.
    var wires: [Wire] = []
    /// Which connection to each node stands, as far as is known; 0 for none.
    var epochs: ContiguousArray<UInt32>
    /// When the last frame of each lane leaves it, by node, lane and whether the link's number is odd.
    var lastReleases: ContiguousArray<Int64>
    var performing: [BusControlAction] = []
    var isPerforming = false
    /// When the control machine made its last step.
    var steppedAt: Instant
    let lifetime: Int64

    // MARK: Messages

    var peers: ContiguousArray<OutPeer?> = [nil]
    var freeSlots: [Int] = []
    /// For looking up only.
    var slots: [ProcessID: Int] = [:]
    var routes: RouteTable
    var memory = LaneMemory()
    /// For looking up only.
    var senders: [ProcessID: Sender] = [:]
    /// Which link of each node is let in.
    var letIn: ContiguousArray<LinkID?>
    /// How many frames were taken from links that have ended since.
    var localRoutes: RouteTable
    /// What each subscription wants; nil for a number that is free.
    var subscriptions: ContiguousArray<Int?> = []
    /// How many subscriptions there are of each interest.
    var counts = ContiguousArray<UInt16>(repeating: 0, count: BusUniverse.count)
    /// What is wanted here: a bit for each interest.
    var wanted: UInt64 = 0
    /// What each node wants, by the changes that were told, and as which process.
    var followed: ContiguousArray<UInt64>
    var followedProcess: ContiguousArray<Incarnation?>

    init(
        _ control: BusControl,
        nodes: Int,
        universe: BusUniverse,
        setting: BusSetting,
        random: SeededRandom,
        at now: Instant
    ) {
        self.control = control
        self.universe = universe
        self.setting = setting
        self.random = random
        self.now = now
        steppedAt = now
        position = BusSetting.position(of: control.id)
        lifetime = (setting.options.membership.heartbeat.timeToLive * 3).wholeNanoseconds
        epochs = ContiguousArray(repeating: 0, count: nodes)
        lastReleases = ContiguousArray(repeating: 0, count: nodes * BusParcel.lanes * 2)
        letIn = ContiguousArray(repeating: nil, count: nodes)
        followed = ContiguousArray(repeating: 0, count: nodes)
        followedProcess = ContiguousArray(repeating: nil, count: nodes)
        routes = RouteTable(seed: 1)
        localRoutes = RouteTable(seed: 2)
    }

    var process: ProcessID { ProcessID(control.id, control.incarnation) }

    package var nextDeadline: Instant? {
        guard !control.isGone else { return nil }
        let next = Instant(nanoseconds: agenda.nextTime)
        return min(next, control.nextDeadline ?? .distantFuture)
    }

    package mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        guard !control.isGone else { return refuse(event, &actions) }
        self.now = now
        while let item = agenda.popDue(at: now.nanoseconds) { handle(item, &actions) }
        switch event {
        case .tick:
            if let deadline = control.nextDeadline, deadline <= now { drive(.tick, &actions) }
        case .received(let parcel, let id): arrive(parcel, from: BusSetting.position(of: id), &actions)
        case .connection(let other, let isUp, let epoch): connection(other, isUp, epoch, &actions)
        case .subscribe(let number): subscribe(number, &actions)
        case .unsubscribe(let number): unsubscribe(number, &actions)
        case .publish(let subject, let id, let bytes): publish(subject, id, bytes, &actions)
        case .spoil(let other, let lanes, let nanoseconds): spoil(other, lanes, nanoseconds)
        case .leave: drive(.leave, &actions)
        }
    }

    private mutating func handle(_ item: BusAgenda.Item, _ actions: inout Actions<Action>) {
        switch item {
        case .arrival(let parcel, let other): take(parcel, from: other, &actions)
        case .opened(let number):
            if wire(number) != nil { drive(.opened(number), &actions) }
        case .closed(let number): drive(.closed(number), &actions)
        case .flush(let slot): flush(slot, &actions)
        case .consumed(let bytes, let parcel): consumed(bytes, parcel.link, &actions)
        }
    }

    func complain(_ name: String, _ details: String, _ actions: inout Actions<Action>) {
        actions.append(.note(.broken(Violation(name, "\(process): \(details)"))))
    }
}
