// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The memory that copies of an index share.
///
/// It is unchecked for the pointer, which nobody else has: what it points to is changed only by an index that is its
/// one owner, and so by no two threads, and read by no other meanwhile.
@safe
@usableFromInline
final class IndexStorage<Value> {
    /// A pointer, so that reading takes no check for exclusive access.
    @usableFromInline let body: UnsafeMutablePointer<IndexBody<Value>>

    @inlinable
    init(_ body: consuming IndexBody<Value>) {
        unsafe self.body = UnsafeMutablePointer<IndexBody<Value>>.allocate(capacity: 1)
        unsafe self.body.initialize(to: body)
    }

    @inlinable
    deinit {
        unsafe body.deinitialize(count: 1)
        unsafe body.deallocate()
    }
}

extension IndexStorage: @unchecked Sendable where Value: Sendable {}
