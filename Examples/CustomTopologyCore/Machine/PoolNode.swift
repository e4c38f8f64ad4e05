// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
package import SinewSubjects

/// A node of a work-stealing pool: it has the tasks that were submitted to it done, by itself or by others, and asks
/// others for work when it has none.
///
/// The node that a task was submitted to owns it until its result is there. It may hand it over to one node after the
/// other, each for a limited time; the first result counts, and every later one is a repetition. So a task may run
/// twice and is counted once.
///
/// Where chance comes from is a parameter: the system's generator over sockets, a seeded one in the simulator.
package struct PoolNode<Random: RandomNumberGenerator>: PeerMachine {
    package typealias Event = PoolEvent
    package typealias Action = PoolAction

    /// Who works on a task of ours.
    enum Holder: Hashable {
        case nobody, ourselves
        /// Handed over so many times, and not yet acknowledged.
        case offered(to: NodeID, attempts: Int)
        case other(NodeID)
    }

    struct OwnTask {
        let task: PoolTask
        var holder = Holder.nobody
        var backoff: Backoff
    }

    struct Uncounted {
        let result: [UInt8]
        var attempts = 1
        var backoff: Backoff
    }

    /// What can be due.
    enum Due: Hashable, Comparable {
        case question
        case task(TaskID)
        case result(TaskID)
    }

    package let id: NodeID
    package let incarnation: Incarnation
    /// The other nodes, in order.
    package let peers: [NodeID]
    package let filters: [SubjectFilter]
    let options: PoolOptions

    /// Our own tasks; a dictionary is looked up and never iterated over.
    var own: [TaskID: OwnTask] = [:]
    /// Those of them that nobody works on, oldest first.
    var queue: [TaskID] = []
    /// Tasks of others that wait here.
    var stolen: [PoolTask] = []
    var running: PoolTask?
    var results: [TaskID: Uncounted] = [:]
    var takers: Takers
    var deadlines = Deadlines<Due>()
    var asking: Backoff
    /// Who gave us the latest task, until it has been asked for another.
    var source: NodeID?
    var lastNumber: UInt64 = 0
    var random: Random
    /// What it has seen.
    package internal(set) var counts = PoolCounts()

    /// Makes a node.
    ///
    /// - Parameters:
    ///   - id: Its name.
    ///   - incarnation: Which process of that name it is.
    ///   - peers: The others.
    ///   - filters: Which tasks it can run; at most ``PoolMessage/Limits/maximumFilters`` are said to others.
    ///   - options: How long it waits for what, and how much it holds.
    ///   - journal: What an earlier process accepted and did not finish.
    ///   - random: Where chance comes from.
    ///   - now: The time.
    package init(
        id: NodeID,
        incarnation: Incarnation,
        peers: [NodeID],
        filters: [SubjectFilter],
        options: PoolOptions = PoolOptions(),
        resuming journal: [PoolTask] = [],
        random: Random,
        at now: Instant
    ) {
        self.id = id
        self.incarnation = incarnation
        self.peers = peers.filter { $0 != id }.sorted()
        self.filters = Array(filters.prefix(PoolMessage.Limits.maximumFilters))
        self.options = options
        self.random = random
        asking = Backoff(options.asking)
        takers = Takers(maximumNodes: peers.count + 1)
        takers.set(self.filters, of: id)
        for task in journal { keep(task) }
        deadlines.set(.question, at: now)
    }

    /// How many of the tasks that were submitted here have no result yet.
    package var openTasks: Int { own.count }

    /// How many of them wait for somebody to take them.
    package var waitingTasks: Int { queue.count }

    /// Whether it runs nothing, and nothing waits here that was taken from others.
    package var isIdle: Bool { running == nil && stolen.isEmpty }

    package var nextDeadline: Instant? { deadlines.next }

    package mutating func step(_ event: PoolEvent, at now: Instant, into actions: inout Actions<PoolAction>) {
        switch event {
        case .tick: break
        case .received(let message, let peer): receive(message, from: peer, at: now, into: &actions)
        case .submitted(let subject, let payload): submit(subject, payload, into: &actions)
        case .ran(let id, let result): finishRun(of: id, result, at: now, into: &actions)
        }
        // Before the question is due: what has just been submitted is work, too.
        startWork(at: now, into: &actions)
        while let due = deadlines.popExpired(at: now) { expire(due.key, at: now, into: &actions) }
        startWork(at: now, into: &actions)
    }
}
