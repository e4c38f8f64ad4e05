// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import CSinewShims

/// A value that is only reachable while a lock is held.
///
/// The surface is that of `Synchronization.Mutex`. The lock is a pthread mutex because ThreadSanitizer reports
/// false races on `Mutex` under Linux (Swift 6.3), and a library that cannot be run under TSan cannot be trusted.
///
/// The body must not let references to non-`Sendable` parts of the value escape, and must not resume a
/// continuation or call user code: take what is to be done out of the closure and do it after unlocking.
@safe
public struct Locked<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    /// The lock, at an address that never changes, and in the same piece of memory the value: whoever has the one in
    /// his cache has the other, and there is one allocation.
    @usableFromInline let lock: UnsafeMutablePointer<sinew_lock_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    /// Makes a lock around a value.
    @inlinable
    public init(_ initial: consuming sending Value) {
        let alignment = unsafe max(MemoryLayout<Value>.alignment, MemoryLayout<sinew_lock_t>.alignment)
        let offset = unsafe (MemoryLayout<sinew_lock_t>.size + alignment - 1) / alignment * alignment
        let size = offset + MemoryLayout<Value>.size
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
        unsafe lock = unsafe memory.bindMemory(to: sinew_lock_t.self, capacity: 1)
        unsafe value = unsafe (memory + offset).bindMemory(to: Value.self, capacity: 1)
        unsafe value.initialize(to: initial)
        unsafe sinew_lock_init(lock)
    }

    deinit {
        unsafe value.deinitialize(count: 1)
        unsafe sinew_lock_destroy(lock)
        unsafe UnsafeMutableRawPointer(lock).deallocate()
    }

    /// Runs `body` with exclusive access to the value.
    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe sinew_lock_lock(lock)
        defer { unsafe sinew_lock_unlock(lock) }
        return try unsafe body(&value.pointee)
    }
}
