// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How often something happened in a run.
public struct FaultTally: Hashable, Sendable {
    @usableFromInline var faults: ContiguousArray<Int>

    /// Messages that were given to the network.
    public var sent = 0
    /// Messages that reached a machine, repetitions too.
    public var delivered = 0
    /// Messages that a partition swallowed, when they were sent or on their way.
    public var lostToPartitions = 0
    /// Messages that came while their receiver was not running.
    public var lostToCrashes = 0
    /// Messages that were on their way over a connection when it broke.
    public var lostToBrokenConnections = 0
    /// Messages, events and repetitions that did not happen because too much was under way already.
    public var lostToLimit = 0
    /// Messages to a name that nobody has.
    public var sentToUnknown = 0
    /// Events of a machine's own surroundings that its end forestalled.
    public var eventsOfEndedRuns = 0
    /// Events that the workload brought.
    public var inputs = 0
    /// Events of the workload for nodes that were not running.
    public var inputsToStopped = 0

    @usableFromInline
    init() { faults = ContiguousArray(repeating: 0, count: FaultKinds.count) }

    /// How often faults of these kinds happened.
    ///
    /// - Parameter kinds: The kinds whose occurrences are added up.
    public subscript(kinds: FaultKinds) -> Int {
        kinds.each.reduce(0) { $0 + faults[$1.position] }
    }

    @usableFromInline
    mutating func add(_ other: FaultTally) {
        for index in faults.indices { faults[index] += other.faults[index] }
        sent += other.sent
        delivered += other.delivered
        lostToPartitions += other.lostToPartitions
        lostToCrashes += other.lostToCrashes
        lostToBrokenConnections += other.lostToBrokenConnections
        lostToLimit += other.lostToLimit
        sentToUnknown += other.sentToUnknown
        eventsOfEndedRuns += other.eventsOfEndedRuns
        inputs += other.inputs
        inputsToStopped += other.inputsToStopped
    }

    @inlinable
    mutating func count(_ kind: FaultKinds) { faults[kind.position] &+= 1 }
}

extension FaultTally: CustomStringConvertible {
    /// The counts that are not zero.
    public var description: String {
        let counts =
            FaultKinds.all.each.map { ("\($0)", self[$0]) } + [
                ("sent", sent), ("delivered", delivered), ("lost to partitions", lostToPartitions),
                ("lost to crashes", lostToCrashes), ("lost to broken connections", lostToBrokenConnections),
                ("lost to the limit", lostToLimit), ("sent to nobody", sentToUnknown),
                ("events of ended runs", eventsOfEndedRuns), ("inputs", inputs),
                ("inputs to stopped nodes", inputsToStopped),
            ]
        return counts.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
