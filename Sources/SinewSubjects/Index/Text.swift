// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The bytes of a subject or filter; one at least.
@safe
@usableFromInline
struct Text: BitwiseCopyable {
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let count: Int

    @inlinable @inline(__always)
    init(base: UnsafeRawPointer, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// - Parameter bytes: They are not empty.
    @inlinable @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe base = bytes.baseAddress.unsafelyUnwrapped
        count = bytes.count
    }

    @inlinable @inline(__always)
    subscript(position: Int) -> UInt8 { unsafe base.load(fromByteOffset: position, as: UInt8.self) }
}
