// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// References to one slab, taken all at once, to be given to one message each.
///
/// Counting a reference is an atomic operation, which is a twentieth of what receiving a small message costs.
@safe
struct SlabStock: ~Copyable {
    private let reference: Unmanaged<FrameSlab>?
    /// How many references there are left.
    private(set) var count: Int

    init() {
        unsafe reference = nil
        count = 0
    }

    init(_ slab: FrameSlab, count: Int) {
        let reference = unsafe Unmanaged.passUnretained(slab)
        unsafe self.reference = reference
        self.count = count
        for _ in 0..<count / 4 {
            // The compiler makes one operation of calls that follow each other.
            _ = unsafe reference.retain()
            _ = unsafe reference.retain()
            _ = unsafe reference.retain()
            _ = unsafe reference.retain()
        }
        for _ in 0..<count % 4 { _ = unsafe reference.retain() }
    }

    deinit {
        for _ in 0..<count { unsafe reference?.release() }
    }

    /// One of the references; nil when all are taken.
    @inline(__always)
    mutating func take() -> FrameSlab? {
        guard count > 0 else { return nil }
        count -= 1
        return unsafe reference?.takeRetainedValue()
    }
}
