// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewSubjects

/// What a node does for itself and for others.
extension PoolNode {
    /// Runs the next task; with none there, lets the question be due.
    mutating func startWork(at now: Instant, into actions: inout Actions<PoolAction>) {
        guard running == nil else { return }
        if !stolen.isEmpty {
            run(stolen.removeFirst(), into: &actions)
        } else if let position = queue.lastIndex(where: { isForUs($0) }), let entry = own[queue[position]] {
            // Others take the oldest, we the newest: so we seldom want the same.
            own[queue.remove(at: position)]?.holder = .ourselves
            run(entry.task, into: &actions)
        } else if deadlines[.question] == nil, !peers.isEmpty {
            // Whoever gave us a task may have another, and need not be found first.
            if let source { ask(source, into: &actions) }
            source = nil
            deadlines.set(.question, at: now.advanced(by: asking.next(using: &random)))
        }
    }

    private func isForUs(_ task: TaskID) -> Bool {
        own[task].map { takers.takes($0.task.subject, id) } ?? false
    }

    private mutating func run(_ task: PoolTask, into actions: inout Actions<PoolAction>) {
        running = task
        counts.ran += 1
        deadlines.cancel(.question)
        actions.append(.run(task))
    }

    /// Asks one of the others, whichever chance says.
    mutating func ask(into actions: inout Actions<PoolAction>) {
        guard isIdle, let peer = peers.randomElement(using: &random) else { return }
        ask(peer, into: &actions)
    }

    private func ask(_ peer: NodeID, into actions: inout Actions<PoolAction>) {
        guard results.count < options.maximumResults else { return }
        actions.append(.send(.ask(filters: filters), to: peer))
    }

    /// A task comes from its owner: for the first time, or again as the acknowledgement was lost.
    mutating func take(
        _ task: PoolTask,
        from peer: NodeID,
        at now: Instant,
        into actions: inout Actions<PoolAction>
    ) {
        guard task.id.owner == peer else {
            counts.ignored += 1
            return
        }
        if let done = results[task.id] {
            actions.append(.send(.result(task.id, done.result), to: peer))
        } else if running?.id == task.id || stolen.contains(where: { $0.id == task.id }) {
            actions.append(.send(.taken(task.id), to: peer))
        } else if stolen.count < options.maximumStolen, results.count < options.maximumResults,
            takers.takes(task.subject, id)
        {
            stolen.append(task)
            counts.stolen += 1
            asking.reset()
            source = peer
            actions.append(.send(.taken(task.id), to: peer))
        } else {
            counts.declined += 1
            actions.append(.send(.declined(task.id), to: peer))
        }
    }

    mutating func finishRun(
        of task: TaskID,
        _ result: [UInt8],
        at now: Instant,
        into actions: inout Actions<PoolAction>
    ) {
        guard running?.id == task else {
            counts.ignored += 1
            return
        }
        running = nil
        if task.owner == id {
            finish(task, result, into: &actions)
        } else {
            var entry = Uncounted(result: result, backoff: Backoff(options.retrying))
            deadlines.set(.result(task), at: now.advanced(by: entry.backoff.next(using: &random)))
            results[task] = entry
            actions.append(.send(.result(task, result), to: task.owner))
        }
    }

    /// The owner has not said that it counted the result.
    mutating func expireResult(_ task: TaskID, at now: Instant, into actions: inout Actions<PoolAction>) {
        guard var entry = results[task] else { return }
        guard entry.attempts < options.maximumAttempts else {
            results[task] = nil
            counts.abandoned += 1
            return
        }
        entry.attempts += 1
        deadlines.set(.result(task), at: now.advanced(by: entry.backoff.next(using: &random)))
        results[task] = entry
        actions.append(.send(.result(task, entry.result), to: task.owner))
    }
}
