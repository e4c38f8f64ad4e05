// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A growing array of plain values, without reference counts or copies on write. Only the index has any.
///
/// Positions are not checked in release builds: whoever has one got it from the trie, which made it.
@safe
@usableFromInline
struct Arena<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline private(set) var base: UnsafeMutablePointer<Element>
    @usableFromInline private(set) var capacity: Int

    /// Cache lines begin at multiples of this, so that a record of half a line never lies in two of them.
    static var alignment: Int { 64 }

    /// Room for so many; their contents are not set.
    init(capacity: Int) {
        self.capacity = capacity
        unsafe base = Self.allocate(capacity)
    }

    /// So many, all alike.
    init(repeating value: Element, count: Int) {
        self.init(capacity: count)
        unsafe base.initialize(repeating: value, count: count)
    }

    @inlinable
    deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        let bytes = capacity * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
        return unsafe memory.bindMemory(to: Element.self, capacity: capacity)
    }

    @usableFromInline
    subscript(index: UInt32) -> Element {
        @inlinable @inline(__always)
        get {
            assert(Int(index) < capacity)
            return unsafe base[Int(index)]
        }
        @inlinable @inline(__always)
        nonmutating _modify {
            assert(Int(index) < capacity)
            yield unsafe &base[Int(index)]
        }
    }

    /// A copy of the first so many, with room for more.
    ///
    /// - Parameters:
    ///   - count: How many are copied; the rest is not set.
    ///   - capacity: How many there is room for, or nil for as many as now.
    func copy(keeping count: Int, capacity: Int? = nil) -> Arena {
        let copy = Arena(capacity: capacity ?? self.capacity)
        unsafe copy.base.update(from: base, count: count)
        return copy
    }

    /// Makes room for so many, by half or a third more than there was, so that adding one costs O(1) on average.
    mutating func reserve(_ needed: Int, keeping count: Int) {
        guard needed > capacity else { return }
        let grown = copy(keeping: count, capacity: Self.capacity(for: needed, from: capacity))
        self = grown
    }

    /// 16, 24, 32, 48, 64, 96, …
    static func capacity(for needed: Int, from capacity: Int = 16) -> Int {
        var capacity = max(capacity, 16)
        while capacity < needed { capacity += capacity & (capacity - 1) == 0 ? capacity / 2 : capacity / 3 }
        return capacity
    }
}
