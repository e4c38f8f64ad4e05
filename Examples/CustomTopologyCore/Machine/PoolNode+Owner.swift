// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewSubjects

/// A node's own tasks: submitted here, done anywhere.
extension PoolNode {
    mutating func submit(_ subject: Subject, _ payload: [UInt8], into actions: inout Actions<PoolAction>) {
        let isSmall =
            payload.count <= PoolMessage.Limits.maximumPayloadBytes
            && subject.bytes.count <= PoolMessage.Limits.maximumSubjectBytes
        guard isSmall, own.count < options.maximumTasks else {
            counts.refused += 1
            actions.append(.refused(subject))
            return
        }
        lastNumber += 1
        let id = TaskID(owner: id, incarnation: incarnation, number: lastNumber)
        let task = PoolTask(id: id, subject: subject, payload: payload)
        keep(task)
        actions.append(.accepted(task))
    }

    mutating func keep(_ task: PoolTask) {
        own[task.id] = OwnTask(task: task, backoff: Backoff(options.retrying))
        queue.append(task.id)
    }

    /// An idle node asks: it gets the oldest task that it can do.
    mutating func answer(
        _ filters: [SubjectFilter],
        from peer: NodeID,
        at now: Instant,
        into actions: inout Actions<PoolAction>
    ) {
        guard takers.set(filters, of: peer) else {
            counts.ignored += 1
            return
        }
        let position = queue.firstIndex { own[$0].map { takers.takes($0.task.subject, peer) } ?? false }
        guard let position else { return actions.append(.send(.nothing, to: peer)) }
        let id = queue.remove(at: position)
        own[id]?.backoff.reset()
        offer(id, to: peer, attempts: 1, at: now, into: &actions)
    }

    /// Hands a task over, again where no acknowledgement came.
    private mutating func offer(
        _ id: TaskID,
        to peer: NodeID,
        attempts: Int,
        at now: Instant,
        into actions: inout Actions<PoolAction>
    ) {
        guard var entry = own[id] else { return }
        entry.holder = .offered(to: peer, attempts: attempts)
        let delay = entry.backoff.next(using: &random)
        own[id] = entry
        deadlines.set(.task(id), at: now.advanced(by: delay))
        actions.append(.send(.task(entry.task), to: peer))
    }

    /// No acknowledgement, or no result, has come in time.
    mutating func expireTask(_ id: TaskID, at now: Instant, into actions: inout Actions<PoolAction>) {
        if case .offered(let peer, let attempts)? = own[id]?.holder, attempts < options.maximumAttempts {
            offer(id, to: peer, attempts: attempts + 1, at: now, into: &actions)
        } else {
            returnToQueue(id)
        }
    }

    mutating func acknowledged(_ id: TaskID, by peer: NodeID, at now: Instant) {
        guard case .offered(peer, _)? = own[id]?.holder else {
            counts.ignored += 1
            return
        }
        own[id]?.holder = .other(peer)
        deadlines.set(.task(id), at: now.advanced(by: options.lease))
    }

    mutating func declined(_ id: TaskID, by peer: NodeID) {
        switch own[id]?.holder {
        case .offered(peer, _), .other(peer): returnToQueue(id)
        default: counts.ignored += 1
        }
    }

    private mutating func returnToQueue(_ id: TaskID) {
        guard own[id] != nil else { return }
        own[id]?.holder = .nobody
        queue.append(id)
        deadlines.cancel(.task(id))
        counts.returned += 1
    }

    /// The first result of a task counts; the task may meanwhile wait again, or run here or elsewhere.
    mutating func finish(_ id: TaskID, _ result: [UInt8], into actions: inout Actions<PoolAction>) {
        guard let entry = own.removeValue(forKey: id) else {
            counts.repeated += 1
            return
        }
        deadlines.cancel(.task(id))
        queue.removeAll { $0 == id }
        counts.finished += 1
        actions.append(.finished(entry.task, result: result))
    }
}
