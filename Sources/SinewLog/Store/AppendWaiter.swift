// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// An append that waits for its level.
@safe
struct AppendWaiter: Sendable {
    /// Names it where it is to be taken out.
    let id: UInt64
    /// It waits until everything below is written, or lasts.
    let end: UInt64
    private let continuation: UnsafeContinuation<LogError?, Never>

    init(id: UInt64, end: UInt64, _ continuation: UnsafeContinuation<LogError?, Never>) {
        self.id = id
        self.end = end
        unsafe self.continuation = unsafe continuation
    }

    /// Goes on, outside of any lock.
    func resume(_ error: LogError? = nil) { unsafe continuation.resume(returning: error) }
}

/// Appends that wait, in the order of what they wait for.
struct AppendWaiters: Sendable {
    private var waiting: [AppendWaiter] = []
    private var first = 0

    /// Adds one that waits for more than those before.
    mutating func add(_ waiter: AppendWaiter) { waiting.append(waiter) }

    /// Those that wait for no more than this.
    mutating func take(upTo end: UInt64) -> ArraySlice<AppendWaiter> {
        var last = first
        while last < waiting.count, waiting[last].end <= end { last += 1 }
        return take(first..<last)
    }

    /// All of them.
    mutating func takeAll() -> ArraySlice<AppendWaiter> { take(first..<waiting.count) }

    private mutating func take(_ range: Range<Int>) -> ArraySlice<AppendWaiter> {
        let taken = waiting[range]
        first = range.upperBound
        if first == waiting.count {
            waiting.removeAll(keepingCapacity: taken.isEmpty)
            first = 0
        } else if first > 1024, first > waiting.count / 2 {
            waiting.removeFirst(first)
            first = 0
        }
        return taken
    }

    /// One whose task was cancelled; nil when it went on already.
    mutating func remove(_ id: UInt64) -> AppendWaiter? {
        guard let place = waiting[first...].firstIndex(where: { $0.id == id }) else { return nil }
        return waiting.remove(at: place)
    }
}
