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
    @usableFromInline let value: UnsafeMutablePointer<Value>
    @usableFromInline let lock: OpaqueLock

    /// Makes a lock around a value.
    @inlinable
    public init(_ initial: consuming sending Value) {
        unsafe value = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        unsafe value.initialize(to: initial)
        lock = OpaqueLock()
    }

    deinit {
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    /// Runs `body` with exclusive access to the value.
    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.acquire()
        defer { lock.release() }
        return try unsafe body(&value.pointee)
    }
}

/// The pthread mutex itself, at an address that never changes.
@safe
@usableFromInline
struct OpaqueLock: ~Copyable {
    @usableFromInline let raw: UnsafeMutablePointer<sinew_lock_t>

    @usableFromInline
    init() {
        unsafe raw = UnsafeMutablePointer<sinew_lock_t>.allocate(capacity: 1)
        unsafe sinew_lock_init(raw)
    }

    deinit {
        unsafe sinew_lock_destroy(raw)
        unsafe raw.deallocate()
    }

    @inlinable
    borrowing func acquire() { unsafe sinew_lock_lock(raw) }

    @inlinable
    borrowing func release() { unsafe sinew_lock_unlock(raw) }
}
