// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The numbers of a ``SubscriptionQueue``.
@usableFromInline
struct SubscriptionState: Sendable {
    /// What is queued at most: twice the limits where the publishers are held up, nothing after the end.
    @usableFromInline var room: SubscriptionLimits
    /// The messages that wait for the reader.
    @usableFromInline var count = 0
    /// The bytes that wait for the reader.
    @usableFromInline var bytes = 0
    @usableFromInline var taken: UInt64 = 0
    @usableFromInline var dropped: UInt64 = 0
    @usableFromInline var droppedBytes: UInt64 = 0
    /// How many of those dropped had been in the queue.
    @usableFromInline var evicted: UInt64 = 0
    @usableFromInline var drops = DroppedRanges()
    @usableFromInline var isEnded = false

    @usableFromInline
    init(room: SubscriptionLimits) { self.room = room }

    /// Counts a dropped message; `run` is that of ``DroppedRanges/insert(_:run:)``.
    @usableFromInline
    mutating func drop(_ source: MessageSource, bytes: Int, run: UInt64) {
        dropped &+= 1
        droppedBytes &+= UInt64(bytes)
        drops.insert(source, run: run)
    }
}
