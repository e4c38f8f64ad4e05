// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a node tells, until it has ended: see ``Node/events``.
public struct BusEvents: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = BusEvent
    /// The sequence throws nothing.
    public typealias Failure = Never

    private let reader: BusEventReader

    init(_ hub: Broadcast<BusEvent>) { reader = BusEventReader(hub) }

    /// Goes on where the last iterator stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

    /// Reads one event after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let reader: BusEventReader
        private var pending: BusEvent?

        init(reader: BusEventReader) { self.reader = reader }

        /// The next event; nil once the node has ended, or when the task is cancelled.
        public mutating func next() async -> BusEvent? {
            if let event = pending.take() { return event }
            guard let (event, missed) = await reader.next() else { return nil }
            guard missed > 0 else { return event }
            pending = event
            return BusEvent(.lagged(missed))
        }

        /// The next event; nil once the node has ended, or when the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> BusEvent? { await next() }
    }
}

/// A reader's place, as long as somebody has it.
final class BusEventReader: Sendable {
    private let hub: Broadcast<BusEvent>
    private let key: UInt64

    init(_ hub: Broadcast<BusEvent>) {
        self.hub = hub
        key = hub.addReader()
    }

    deinit { hub.removeReader(key) }

    func next() async -> (element: BusEvent, missed: Int)? { await hub.next(for: key) }
}
