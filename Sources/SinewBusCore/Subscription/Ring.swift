// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A first-in, first-out queue in one array whose size is a power of two. It grows, and keeps its memory.
///
/// Values have absolute places, which stay what they are while the ring grows.
@usableFromInline
struct Ring<Value> {
    @usableFromInline var slots: ContiguousArray<Value?> = []
    /// The absolute place of the first value.
    @usableFromInline var start = 0
    /// The absolute place after the last value.
    @usableFromInline var end = 0

    @inlinable
    init() {}

    @inlinable @inline(__always)
    var count: Int { end &- start }

    @inlinable @inline(__always)
    mutating func append(_ value: consuming Value) {
        if end &- start == slots.count { grow() }
        slots[end & (slots.count &- 1)] = value
        end &+= 1
    }

    @inlinable @inline(__always)
    mutating func popFirst() -> Value? {
        guard start != end else { return nil }
        let value = slots[start & (slots.count &- 1)].take()
        start &+= 1
        return value
    }

    /// The value at an absolute place where there is one.
    @inlinable
    subscript(place: Int) -> Value? {
        get { slots[place & (slots.count &- 1)] }
        set { slots[place & (slots.count &- 1)] = newValue }
    }

    @inlinable
    mutating func grow() {
        var larger = ContiguousArray<Value?>(repeating: nil, count: max(16, slots.count * 2))
        for place in start..<end { larger[place & (larger.count - 1)] = slots[place & (slots.count - 1)].take() }
        slots = larger
    }
}

extension Ring: Sendable where Value: Sendable {}
