// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// One socket's place among those that somebody waits at: what the socket's parking lot knows of a ``Poll``.
///
/// It is woken once, when the socket may be ready or can no longer be used, and takes nothing from the socket: who
/// waits must look again, and puts it back. It does not keep the sockets alive.
final class Watch: Sendable {
    let signals: PollSignals
    let id: UInt64
    let interest: Poll.Interest
    /// Set, under the socket's lock, once nobody waits here any more: it must not be put back then.
    private let retired = Atomic<Bool>(false)

    init(_ signals: PollSignals, id: UInt64, interest: Poll.Interest) {
        self.signals = signals
        self.id = id
        self.interest = interest
    }

    var isRetired: Bool { retired.load(ordering: .acquiring) }

    func retire() { retired.store(true, ordering: .releasing) }

    func isConcerned(canReceive: Bool, canSend: Bool) -> Bool {
        (canReceive && interest.contains(.receive)) || (canSend && interest.contains(.send))
    }

    /// The socket has news; call it without a lock.
    func signal() { signals.signal(id) }
}
