// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// What happens to a socket's connections, from the call of ``Socket/events(bufferingNewest:)`` on.
///
/// Events wait in a buffer of the sequence's own, so that nothing ever waits for a reader. When the buffer is full the
/// oldest event is dropped, and the next element is one of kind ``SocketEvent/Kind/lagged`` that says how many were.
///
/// The sequence ends when the socket is closed or its context is shut down, after the events from before, and for a
/// task that is cancelled. It does not keep the socket open. Several iterators share the buffer: each event goes to one
/// of them. Call ``Socket/events(bufferingNewest:)`` once for each reader that is to see all.
public struct SocketEvents: AsyncSequence, Sendable {
    /// An event.
    public typealias Element = SocketEvent
    /// The sequence throws nothing.
    public typealias Failure = Never

    let reader: EventReader

    /// Goes on where the last iterator stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

    /// Reads one event after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let reader: EventReader
        private var hits = 0

        init(reader: EventReader) { self.reader = reader }

        /// The next event; nil once the socket has ended, or when the task is cancelled.
        public mutating func next() async -> SocketEvent? {
            hits += 1
            // A loop that always finds an event must not keep a thread of the pool to itself.
            if hits.isMultiple(of: Slice.hitsPerLook) { await Task.yield() }
            return await reader.next()
        }

        /// The next event; nil once the socket has ended, or when the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> SocketEvent? { await next() }
    }
}

/// A reader's place at a monitor, as long as somebody has it.
final class EventReader: Sendable {
    private let monitor: SocketMonitor
    private let id: UInt64

    init(_ monitor: SocketMonitor, bufferingNewest capacity: Int) {
        self.monitor = monitor
        // Like any other target, so that it is unique.
        id = monitor.isInItsProcess ? monitor.reactor.reserveTarget() : 0
        monitor.addReader(id, bufferingNewest: capacity)
    }

    deinit { monitor.removeReader(id) }

    func next() async -> SocketEvent? { await monitor.next(for: id) }
}
