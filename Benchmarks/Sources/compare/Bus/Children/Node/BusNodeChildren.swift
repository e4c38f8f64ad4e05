// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Sinew

/// Our own side's work, by name. A contest whose children are missing is left out.
let busNodeChildren: [String: @Sendable (ChildOptions) throws -> Sample] =
    nodePublishChildren
    .merging(nodeRequestChildren) { $1 }
    .merging(nodeOneWayChildren) { $1 }
    .merging(nodeQueueChildren) { $1 }
    .merging(nodeIdleChildren) { $1 }

/// The subject of messages and of requests; of what goes back; and of those who say that they are there, or done.
let (benchSubject, benchFilter): (Subject, SubjectFilter) = ("bench.subject", "bench.subject")
let (backSubject, backFilter): (Subject, SubjectFilter) = ("bench.back", "bench.back")
let (readySubject, readyFilter): (Subject, SubjectFilter) = ("bench.ready", "bench.ready")
let (doneSubject, doneFilter): (Subject, SubjectFilter) = ("bench.done", "bench.done")

/// How long anything may take that is not measured.
let patience = Duration.seconds(20)

extension ChildOptions {
    /// A node that others find, or one that finds the others by the endpoint given. No publisher gives up before the
    /// run does, so that nothing is dropped.
    func node(_ name: String) throws -> Node {
        var options = Node.Options()
        options.publishPatience = .seconds(60)
        if try self.integer("batching", default: 1) == 0 { options.lane.batchDelay = .zero }
        options.lane.batchBytes = try self.integer("batch", default: 256) << 10
        let timeToLive = try self.integer("time-to-live", default: 0)
        if timeToLive > 0 { options.membership.heartbeat.timeToLive = .milliseconds(timeToLive) }
        let seeds = self.text("endpoint", default: "")
        return try Node(name, discovery: seeds.isEmpty ? .none : .seeds([seeds]), options: options)
    }

    /// Runs the work on Swift's own threads, or on the node's.
    func run<Value: Sendable>(
        on node: Node,
        _ work: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let isOnExecutor = try self.integer("executor", default: 0) == 1
        return try blocking {
            isOnExecutor
                ? try await Task(executorPreference: node.executor) { try await work() }.value : try await work()
        }
    }
}

extension Node {
    /// Waits until so many others have said that they are there.
    func awaitReady(_ subscription: Subscription, _ count: Int) async throws {
        var left = count
        for try await _ in subscription {
            left -= 1
            if left == 0 { return }
        }
    }

    /// Says that this node is there, once somebody wants to know.
    func sayReady() async throws {
        try await self.untilWanted(readySubject)
        try await self.publish("", to: readySubject)
    }

    /// Waits until somebody wants a subject.
    func untilWanted(_ subject: Subject) async throws {
        let end = ContinuousClock.now + patience
        while !self.isWanted(subject) {
            guard ContinuousClock.now < end else { throw HarnessError("nobody wants \(subject)") }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// What a message begins with: when it was sent, or its number and that.
func stamp(_ payload: inout [UInt8], _ values: UInt64...) {
    unsafe payload.withUnsafeMutableBytes { bytes in
        for (position, value) in values.enumerated() {
            unsafe bytes.storeBytes(of: value, toByteOffset: 8 * position, as: UInt64.self)
        }
    }
}

extension BusMessage {
    /// The number at that position of what it begins with.
    func stamp(_ position: Int) -> UInt64 {
        unsafe self.payload.bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 8 * position, as: UInt64.self)
    }
}
