// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims
import Logging
import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import ZeroMQ

/// What a node is made of: machines behind locks, sockets, and the loops that carry between them.
///
/// Each lock guards one value, and nothing is resumed or called under it. Two are nested, in one direction: a peer's
/// within ``outbound``, and any of them within a waiting room's, which asks its condition.
/// Actions of the control machine are performed by one thread at a time, in their order.
final class NodeCore: Sendable {
    let name: String
    let id: NodeID
    let options: Node.Options
    let context: Context
    let router: RouterSocket
    let endpoint: Endpoint
    let log: NodeLog

    let control: Locked<ControlState>
    let outbound: Locked<OutboundState>
    let inbound = Locked(InboundState())
    let local: Locked<LocalState>
    let requests: Locked<RequestState>
    let links = Locked<[UInt32: OutboundLink]>([:])
    let lifecycle = Locked(Lifecycle())
    /// Those who answer, by the numbers of their subscriptions.
    let responders = Locked<[Int: Responder]>([:])
    /// What members are called; as many as there are members.
    let names = Locked<[NodeID: String]>([:])
    /// 1 while it takes something new: what every message asks for.
    let isOpen = Present(1)
    /// 1 while a lane may be held back: what a reader asks after each batch.
    let mayHold = Present(0)
    /// Why the node has ended, if not because somebody wanted it to.
    let failure = Locked<BusError?>(nil)

    let events: Broadcast<BusEvent>
    let counters = NodeCounters()
    /// Publishers that wait for room at a peer.
    let room = WaitingRoom()
    /// Those who wait for news of peers: that a subscription is known, that seeds answer, that there are so many.
    let news = WaitingRoom()
    let flushAlarm: SlotAlarm
    let dropAlarm: SlotAlarm
    let positionAlarm: SlotAlarm
    let present: Present
    private let box = NodeBox()

    init(_ name: String, bind: Endpoint, discovery: Discovery, options: Node.Options, logger: Logger?) throws(BusError)
    {
        // A name is a token of a subject, so that a node can be found and asked by it.
        guard name.utf8.count <= 64, (try? Subject(name)) != nil, !name.contains("."), !name.contains("*"), name != ">"
        else {
            let advice = "1 to 64 bytes, one token of a subject: no dots, wildcards or white space"
            throw BusError(.invalidName, "the node's name '\(name)'", advice: advice)
        }
        self.name = name
        self.options = options
        log = NodeLog(logger, node: name)
        id = NodeID(cluster: options.cluster, name: name)
        events = Broadcast(capacity: options.maximumEvents)
        let box = box
        flushAlarm = SlotAlarm { box.core?.flushDue($0) }
        dropAlarm = SlotAlarm { box.core?.tellDrops($0) }
        positionAlarm = SlotAlarm { _ in box.core?.tellPositions() }
        var chance = SystemRandomNumberGenerator()
        outbound = Locked(OutboundState(seed: chance.next(), chance: chance.next()))
        local = Locked(LocalState(seed: chance.next(), chance: chance.next(), maximum: options.maximumSubscriptions))
        requests = Locked(
            RequestState(maximumOutstanding: options.maximumRequests, maximumConcurrent: options.maximumResponses)
        )
        try options.checkExposure(of: bind)
        try options.check(discovery)
        if options.keepsFreedMemory { sinew_keep_freed_memory() }
        do throws(ZMQError) {
            context = try Context(options: options.contextOptions)
            router = try RouterSocket(context: context, options: options.routerOptions)
            endpoint = try router.bind(bind)
        } catch {
            throw BusError(.bindFailed, "'\(bind)': \(error)")
        }
        let incarnation = Incarnation(rawValue: UInt64(WallClock.nanoseconds))
        control = Locked(
            try ControlState(
                cluster: options.cluster,
                name: name,
                id: id,
                incarnation: incarnation,
                endpoints: options.advertised.isEmpty ? [endpoint.description] : options.advertised,
                options: options.busOptions(discovery),
                seed: chance.next()
            )
        )
        present = Present(incarnation.rawValue)
        box.set(self)
    }

    /// Begins: from now on the node is heard and hears.
    func start() {
        flushAlarm.start(on: context)
        dropAlarm.start(on: context)
        positionAlarm.start(on: context)
        room.start(on: context)
        news.start(on: context)
        let box = box
        let tick = Alarm(context: context) { box.core?.step(.tick) }
        control.withLock { $0.alarm = tick }
        let requestAlarm = Alarm(context: context) { box.core?.expireRequests() }
        requests.withLock { $0.alarm = requestAlarm }
        router.receiveAll { box.core?.receive($0) }
        step(.tick)
    }

    /// Which process of the node this is.
    var incarnation: Incarnation { control.withLock { $0.machine.incarnation } }

    /// The same without waiting for the control machine: for each frame that comes.
    var incarnationNow: Incarnation { Incarnation(rawValue: present.value) }

    /// Lets go of everything at once.
    func abandon() {
        isOpen.set(0)
        guard lifecycle.withLock({ $0.end() }) else { return }
        control.withLock { $0.alarm = nil }
        requests.withLock { $0.alarm = nil }
        flushAlarm.stop()
        dropAlarm.stop()
        positionAlarm.stop()
        for link in links.withLock({ links in
            defer { links = [:] }
            return Array(links.values)
        }) { link.close() }
        router.close()
        room.close()
        news.close()
        failRequests(BusError(.closed, "node '\(name)'"))
        for subscription in local.withLock({ $0.all }) { subscription.end(.unsubscribed) }
        for peer in outbound.withLock({ $0.all }) { tellDrops(of: peer) }
        events.finish()
    }
}

/// What is told to alarms and tasks, so that they do not keep a node that nobody refers to.
final class NodeBox: Sendable {
    private struct Weak { weak var core: NodeCore? }

    private let state = Locked(Weak())

    var core: NodeCore? { state.withLock { $0.core } }

    func set(_ core: NodeCore) { state.withLock { $0.core = core } }
}

/// How far a node is.
struct Lifecycle {
    private(set) var isDraining = false
    private(set) var isOver = false

    /// False when it has begun already.
    mutating func drain() -> Bool {
        guard !isDraining, !isOver else { return false }
        isDraining = true
        return true
    }

    /// False when it has ended already.
    mutating func end() -> Bool {
        defer { isOver = true }
        return !isOver
    }
}

/// What a node counts itself.
struct NodeCounters: ~Copyable, Sendable {
    let published = Counter()
    let received = Counter()
    let delivered = Counter()
    let framesSent = Counter()
    let framesReceived = Counter()
    let dropped = Counter()
    let droppedBySubscriptions = Counter()
    let missed = Counter()
    let undecodable = Counter()
    let foreign = Counter()
    let unwanted = Counter()
    let unknownRecords = Counter()
    let lateReplies = Counter()
    let unanswered = Counter()
    let controlUnsent = Counter()
    let reserved = Counter()
    /// Numbers of the messages of this node to itself.
    let local = Counter()
}
