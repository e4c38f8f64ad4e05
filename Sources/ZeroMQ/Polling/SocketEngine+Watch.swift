// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

extension SocketEngine {
    /// What the socket is ready for of what the watch is interested in. If that is nothing, the watch is left in the
    /// parking lot, to be woken once.
    func look(for watch: Watch) throws(ZMQError) -> Poll.Interest {
        try checkProcess("wait")
        var woken = Woken<Waiter>()
        defer { woken.resume(.ready) }
        return try state.withLock { (state) throws(ZMQError) in
            state.lot.remove(watch)
            guard !watch.isRetired else { return [] }
            try checkUsable(&state, "wait")
            if kind.needsSubscription, watch.interest.contains(.receive), state.topics.isEmpty {
                throw noSubscriptions()
            }
            // Messages that were taken ahead cost no system call.
            if watch.interest == .receive, shelf.count > 0 || !state.inbox.isEmpty { return .receive }
            // For everybody who is parked here: this may consume libzmq's signal.
            let ready = look(at: &state, sawCommand: false, &woken).interest.intersection(watch.interest)
            try checkUsable(&state, "wait")
            guard ready.isEmpty else { return ready }
            state.lot.insert(watch)
            arm(&state)
            return []
        }
    }

    /// Nobody waits here with this watch any more.
    func forget(_ watch: Watch) {
        guard isInItsProcess else { return }
        state.withLock { state in
            watch.retire()
            state.lot.remove(watch)
        }
    }

    /// Whether a call on the socket would fail whatever its peers do.
    var isUnusable: Bool {
        guard isInItsProcess else { return true }
        return state.withLock { !$0.isUsable }
    }

    /// Why the socket cannot be waited at for this, if so.
    func check(_ interest: Poll.Interest) throws(ZMQError) {
        if interest.isEmpty {
            throw error(.invalidArgument, "Poll", "wait for .receive, .send or both")
        }
        if interest.contains(.receive), !kind.announcesMessages {
            throw error(.invalidArgument, "Poll", "it receives nothing that could be waited for")
        }
        if interest.contains(.send), !kind.announcesRoom {
            throw error(
                .invalidArgument,
                "Poll",
                "libzmq does not say when it can be sent to (only for PUSH, DEALER, PAIR and XSUB); send with a timeout"
            )
        }
    }
}

extension SocketKind {
    /// Whether there are messages to be received by users, at any time.
    fileprivate var announcesMessages: Bool { type != ZMQ_PUSH && type != ZMQ_REQ && !isObserved }

    /// Whether a socket can be asked if it can be sent to.
    fileprivate var announcesRoom: Bool {
        type == ZMQ_PUSH || type == ZMQ_DEALER || type == ZMQ_PAIR || type == ZMQ_XSUB
    }
}

extension Readiness {
    var interest: Poll.Interest {
        var interest: Poll.Interest = []
        if canReceive { interest.insert(.receive) }
        if canSend { interest.insert(.send) }
        return interest
    }
}
