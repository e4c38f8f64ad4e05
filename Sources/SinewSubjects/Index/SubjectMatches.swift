// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The results of a match, in memory that the next match uses again.
///
/// ```swift
/// var matches = SubjectMatches<Peer>()
/// for subject in subjects {
///     index.match(subject, into: &matches)
///     for number in matches.indices { send(to: matches[number]) }
/// }
/// ```
///
/// It cannot be copied: results go into it without any check of who else looks at them, which makes it faster than an
/// array. Its memory grows to the most results that there ever were, and is given back with it.
@safe
public struct SubjectMatches<Value>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Value>
    @usableFromInline var capacity: Int

    @usableFromInline var end = 0

    /// No results.
    ///
    /// - Parameter minimumCapacity: For how many there is room from the beginning, at least 1.
    public init(minimumCapacity: Int = 16) {
        capacity = max(minimumCapacity, 1)
        unsafe base = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    }

    @inlinable
    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// How many results there are.
    @inlinable
    public var count: Int { end }

    /// Whether there is no result.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// The numbers of the results, from 0 on.
    @inlinable
    public var indices: Range<Int> { 0..<count }

    /// The result of a number.
    ///
    /// - Parameter index: One of ``indices``.
    @inlinable
    public subscript(index: Int) -> Value {
        precondition(index >= 0 && index < count, "there is no result of that number")
        return unsafe base[index]
    }

    /// The results, side by side in memory.
    @inlinable
    public var span: Span<Value> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: base, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Forgets the results, and keeps their memory.
    @inlinable
    public mutating func removeAll() {
        unsafe base.deinitialize(count: count)
        end = 0
    }

    /// Adds a result.
    @inlinable @inline(__always)
    mutating func append(_ value: Value) {
        if end == capacity { grow() }
        unsafe (base + end).initialize(to: value)
        end &+= 1
    }

    @usableFromInline @inline(never)
    mutating func grow() {
        let grown = UnsafeMutablePointer<Value>.allocate(capacity: capacity * 2)
        unsafe grown.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = grown
        capacity *= 2
    }
}

// Unchecked for the pointer: what it points to belongs to this value alone, which cannot be copied.
extension SubjectMatches: @unchecked Sendable where Value: Sendable {}
