// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// The messages in one slab that nobody has taken yet, and a reference to the slab for each, all taken at once.
///
/// Counting a reference is an atomic operation, which is a twentieth of what receiving a small message costs.
@safe
struct SlabStock: ~Copyable {
    private var reference: Unmanaged<FrameSlab>?
    /// The frame at which the next message begins.
    private(set) var next = 0
    /// How many messages there are left.
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

    /// Messages whose references were counted before, by the stock that gave them up.
    init(owning reference: Unmanaged<FrameSlab>?, from next: Int, count: Int) {
        unsafe self.reference = reference
        self.next = next
        self.count = count
    }

    deinit {
        for _ in 0..<count { unsafe reference?.release() }
    }

    /// The next message, with its first frame only; nil when all are taken.
    @inline(__always)
    mutating func take() -> Message? {
        guard count > 0, let reference = unsafe reference else { return nil }
        defer { next += 1 }
        count -= 1
        return unsafe Message(slab: reference.takeRetainedValue(), index: next)
    }

    /// Adds the frames that belong to the message just taken.
    mutating func takeRest(of message: inout Message) {
        while unsafe zmq_msg_more(message.slab.message(at: next - 1)) != 0 {
            next += 1
            message.frameCount += 1
        }
    }

    /// Gives up the references that are left to the caller, who now has to see to them.
    consuming func giveUpReferences() -> Unmanaged<FrameSlab>? {
        count = 0
        return unsafe reference
    }
}
