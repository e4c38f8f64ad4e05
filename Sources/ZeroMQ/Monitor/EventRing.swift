// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// The newest events for one reader; it counts those that it had to drop. Pure.
struct EventRing {
    private let capacity: Int
    private var events: Deque<SocketEvent> = []
    private var missed = 0

    /// `capacity` is 1 or more.
    init(capacity: Int) { self.capacity = capacity }

    var isEmpty: Bool { events.isEmpty }

    mutating func append(_ event: SocketEvent) {
        if events.count >= capacity {
            events.removeFirst()
            missed += 1
        }
        events.append(event)
    }

    /// The next for the reader: first of all how many it missed.
    mutating func popFirst() -> SocketEvent? {
        guard missed == 0 else { return .lagged(exchange(&missed, with: 0)) }
        return events.popFirst()
    }
}
