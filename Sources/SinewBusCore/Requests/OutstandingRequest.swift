// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A request under way: who works on it, and what came of it.
struct OutstandingRequest: Sendable {
    /// Those of the processes asked who have not said their last word, in order.
    private(set) var working: [ProcessID]
    private(set) var tally = RequestTally()
    /// Its deadline's.
    let ticket: Int
    private let limit: Int
    private let wantsMany: Bool

    init(asked: [ProcessID], mode: RequestMode, ticket: Int) {
        self.ticket = ticket
        working = asked.count < 2 ? asked : asked.sortedOnce()
        limit = mode.limit
        wantsMany = mode != .first
        tally.asked = working.count
    }

    func isWorking(_ peer: ProcessID) -> Bool { working.contains(peer) }

    mutating func reply(from peer: ProcessID, status: Record.Status, isLast: Bool) -> RequestOutcome {
        guard let place = working.firstIndex(of: peer) else { return RequestOutcome(.ignored) }
        // These two a process says for all its responders, and the others for one of them.
        if isLast || status == .noResponder || status == .responderBusy { working.remove(at: place) }
        switch status {
        case .ok:
            tally.answers += 1
            let isEnd = working.isEmpty || tally.answers >= limit
            return RequestOutcome(.deliver(isLast: isEnd), cancels: isEnd ? working : [], tally: tally)
        case .end: tally.ended += 1
        case .noResponder: tally.withoutResponder += 1
        case .responderBusy: tally.busy += 1
        default: tally.failed += 1
        }
        return proceed()
    }

    mutating func lose(_ peer: ProcessID) -> RequestOutcome {
        guard let place = working.firstIndex(of: peer) else { return RequestOutcome(.ignored) }
        working.remove(at: place)
        tally.lost += 1
        return proceed()
    }

    /// How it ends with something other than an answer.
    func end(timedOut: Bool) -> RequestOutcome {
        let failure = timedOut && tally.answers == 0 ? .timedOut : tally.failure(wantsMany: wantsMany)
        return RequestOutcome(failure.map { .failed($0) } ?? .finished, cancels: working, tally: tally)
    }

    private func proceed() -> RequestOutcome {
        working.isEmpty ? end(timedOut: false) : RequestOutcome(.waiting, tally: tally)
    }
}
