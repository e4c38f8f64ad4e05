// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import Synchronization

/// How many readers are about, for a writer that waits until those from before have gone.
///
/// The count is kept in several places, a cache line apart, so that readers on different cores do not take one line
/// from each other. Which place a reader uses is of no consequence, as long as it leaves where it came.
@safe
@usableFromInline
struct ReaderCount: ~Copyable {
    @usableFromInline
    struct Place: ~Copyable {
        @usableFromInline let count = Atomic<Int>(0)
        private var padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0)
    }

    @usableFromInline static var placeCount: Int { 8 }
    @usableFromInline let places: UnsafeMutablePointer<Place>

    init() {
        let bytes = Self.placeCount * MemoryLayout<Place>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        unsafe places = memory.bindMemory(to: Place.self, capacity: Self.placeCount)
        for index in 0..<Self.placeCount { unsafe (places + index).initialize(to: Place()) }
    }

    deinit {
        unsafe places.deinitialize(count: Self.placeCount)
        unsafe UnsafeMutableRawPointer(places).deallocate()
    }

    @inlinable @inline(__always)
    func arrive(at place: Int) { unsafe _ = places[place].count.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    @inlinable @inline(__always)
    func leave(_ place: Int) { unsafe _ = places[place].count.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

    /// Returns once each place has been seen empty; counts those that were not at once, before it waits for them.
    @usableFromInline
    func waitUntilEmpty(counting waits: borrowing Atomic<Int>) {
        for index in 0..<Self.placeCount where !isEmpty(index) {
            waits.wrappingAdd(1, ordering: .relaxed)
            while !isEmpty(index) {}
        }
    }

    private func isEmpty(_ place: Int) -> Bool {
        unsafe places[place].count.load(ordering: .sequentiallyConsistent) == 0
    }

    /// A place for whoever calls: threads have stacks of their own, so where the stack is tells them apart.
    @inlinable @inline(__always)
    static var place: Int {
        var local: UInt8 = 0
        let address = unsafe withUnsafeMutablePointer(to: &local) { UInt(bitPattern: $0) }
        return Int(truncatingIfNeeded: (UInt64(address >> 16) &* 0x9E37_79B9_7F4A_7C15) >> 61)
    }
}
