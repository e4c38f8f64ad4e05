// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A number that only grows, counted from any thread.
struct Counter: ~Copyable, Sendable {
    private let value = Atomic<UInt64>(0)

    func add(_ count: Int = 1) { value.wrappingAdd(UInt64(clamping: count), ordering: .relaxed) }

    /// Counts one, and says how many there are then.
    func next() -> UInt64 { value.wrappingAdd(1, ordering: .relaxed).newValue }

    var count: UInt64 { value.load(ordering: .relaxed) }
}

/// A number that is replaced now and then, and read from any thread.
struct Present: ~Copyable, Sendable {
    private let atomic: Atomic<UInt64>

    init(_ value: UInt64) { atomic = Atomic(value) }

    var value: UInt64 { atomic.load(ordering: .acquiring) }

    func set(_ value: UInt64) { atomic.store(value, ordering: .releasing) }
}
