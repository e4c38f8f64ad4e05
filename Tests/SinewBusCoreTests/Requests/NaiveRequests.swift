// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore

/// What a request table has to answer, worked out from nothing but a list of all that happened.
struct NaiveRequests {
    enum Word: Hashable {
        case reply(Record.Status, isLast: Bool)
        case gone
    }

    struct Request {
        let asked: Set<ProcessID>
        let deadline: Instant
        let mode: RequestMode
        var words: [(peer: ProcessID, word: Word)] = []

        /// Those who have not said their last word.
        var working: [ProcessID] {
            asked.filter { peer in
                !words.contains { said in
                    guard said.peer == peer else { return false }
                    if case .reply(let status, isLast: false) = said.word {
                        return status == .noResponder || status == .responderBusy
                    }
                    return true
                }
            }.sorted()
        }

        func count(_ statuses: Set<Record.Status>) -> Int {
            words.count { if case .reply(let status, _) = $0.word { statuses.contains(status) } else { false } }
        }

        var answers: Int { count([.ok]) }
        var lost: Int { words.count { $0.word == .gone } }

        var wanted: Int {
            switch mode {
            case .first: 1
            case .many(let limit): max(1, limit ?? .max)
            }
        }

        var isOver: Bool { answers >= wanted || working.isEmpty }

        /// How it ends when nobody works on it any more, and the last word was no answer.
        var verdict: RequestOutcome.Verdict {
            if answers > 0 { return .finished }
            if lost > 0 { return .failed(.responderLost) }
            let known: Set<Record.Status> = [.ok, .noResponder, .responderBusy, .end]
            if words.contains(where: {
                if case .reply(let status, _) = $0.word { !known.contains(status) } else { false }
            }) {
                return .failed(.responderFailed)
            }
            if count([.end]) > 0 { return mode == .first ? .failed(.responderFailed) : .finished }
            return .failed(count([.responderBusy]) > 0 ? .responderBusy : .noResponders)
        }
    }

    var requests: [UInt64: Request] = [:]
    var ended: [UInt64: Int] = [:]

    mutating func end(_ id: UInt64) {
        requests[id] = nil
        ended[id, default: 0] += 1
    }

    /// The verdict on a reply, and whom to cancel.
    mutating func reply(
        _ id: UInt64,
        _ peer: ProcessID,
        _ status: Record.Status,
        _ isLast: Bool
    )
        -> (RequestOutcome.Verdict, [ProcessID])
    {
        guard var request = requests[id], request.working.contains(peer) else { return (.ignored, []) }
        request.words.append((peer, .reply(status, isLast: isLast)))
        requests[id] = request
        if request.isOver { end(id) }
        if status == .ok { return (.deliver(isLast: request.isOver), request.isOver ? request.working : []) }
        return (request.isOver ? request.verdict : .waiting, [])
    }

    mutating func peerGone(_ peer: ProcessID) -> [(UInt64, RequestOutcome.Verdict)] {
        var over: [(UInt64, RequestOutcome.Verdict)] = []
        for id in requests.keys.sorted() where requests[id]?.working.contains(peer) == true {
            requests[id]?.words.append((peer, .gone))
            guard let request = requests[id], request.isOver else { continue }
            over.append((id, request.verdict))
            end(id)
        }
        return over
    }

    mutating func expire(_ now: Instant) -> [(UInt64, RequestOutcome.Verdict, [ProcessID])] {
        let due = requests.filter { $0.value.deadline <= now }
        return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map { id, request in
            end(id)
            return (id, request.answers > 0 ? .finished : .failed(.timedOut), request.working)
        }
    }
}
