// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

extension SocketEngine {
    /// Puts messages that were taken from the socket back in front of all others, and wakes whom they concern. False
    /// when the socket has ended.
    func putBack(_ messages: [Message]) -> Bool {
        guard isInItsProcess else { return false }
        var woken = Woken<Waiter>()
        defer { woken.resume(.ready) }
        return state.withLock { state in
            guard state.end == nil else { return false }
            takeBack(&state)
            state.inbox.putBack(messages)
            state.statistics.received -= UInt64(messages.count)
            look(at: &state, sawCommand: false, &woken)
            return true
        }
    }
}
