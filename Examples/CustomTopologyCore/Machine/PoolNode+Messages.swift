// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewSubjects

/// Which part of a node a message or a deadline is for.
extension PoolNode {
    mutating func receive(
        _ message: PoolMessage,
        from peer: NodeID,
        at now: Instant,
        into actions: inout Actions<PoolAction>
    ) {
        guard peers.contains(peer) else {
            counts.ignored += 1
            return
        }
        switch message {
        case .ask(let filters): answer(filters, from: peer, at: now, into: &actions)
        case .nothing: break
        case .task(let task): take(task, from: peer, at: now, into: &actions)
        case .taken(let id): acknowledged(id, by: peer, at: now)
        case .declined(let id): declined(id, by: peer)
        case .result(let id, let result):
            guard id.owner == self.id else {
                counts.ignored += 1
                return
            }
            finish(id, result, into: &actions)
            actions.append(.send(.counted(id), to: peer))
        case .counted(let id):
            results[id] = nil
            deadlines.cancel(.result(id))
        }
    }

    mutating func expire(_ due: Due, at now: Instant, into actions: inout Actions<PoolAction>) {
        switch due {
        case .question: ask(into: &actions)
        case .task(let id): expireTask(id, at: now, into: &actions)
        case .result(let id): expireResult(id, at: now, into: &actions)
        }
    }
}
