// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// A heap buffer of libzmq messages, closed together when nobody refers to the buffer any longer.
///
/// A `zmq_msg_t` of up to 33 bytes holds its payload inside itself, so it must not move while somebody may look at the
/// payload: the buffer's address is stable, and a message's place in it is its index. One buffer serves many messages,
/// which is what makes batch receive cheap (one allocation for up to 64 messages).
///
/// Once a slab is reachable from a ``Frame`` or ``Message`` its elements do not change, with one exception: a
/// message that is the only reference to its slab may be moved out of it, or received into.
@safe
final class FrameSlab: ManagedBuffer<FrameSlab.Header, zmq_msg_t> {
    struct Header {
        /// Elements `0 ..< count` are initialised libzmq messages.
        var count: Int
        let capacity: Int
    }

    static func make(capacity: Int) -> FrameSlab {
        let buffer = FrameSlab.create(minimumCapacity: capacity) { _ in Header(count: 0, capacity: capacity) }
        return unsafe unsafeDowncast(buffer, to: FrameSlab.self)
    }

    deinit {
        unsafe withUnsafeMutablePointers { header, messages in
            for index in unsafe 0..<header.pointee.count { _ = unsafe zmq_msg_close(messages + index) }
        }
    }

    @inline(__always)
    var count: Int { unsafe withUnsafeMutablePointerToHeader { unsafe $0.pointee.count } }

    /// How many elements there is room for in all.
    var room: Int { unsafe withUnsafeMutablePointerToHeader { unsafe $0.pointee.capacity } }

    @inline(__always)
    var isFull: Bool { unsafe withUnsafeMutablePointerToHeader { unsafe $0.pointee.count == $0.pointee.capacity } }

    /// The place of element `index`, which stays valid as long as the slab does.
    @inline(__always)
    func message(at index: Int) -> UnsafeMutablePointer<zmq_msg_t> {
        unsafe withUnsafeMutablePointerToElements { unsafe $0 + index }
    }

    /// The place behind the last element, to be initialised and counted in by ``commitOne()``.
    func nextPlace() -> UnsafeMutablePointer<zmq_msg_t> {
        precondition(!isFull, "a slab of libzmq messages has no room left")
        return unsafe message(at: count)
    }

    /// Counts the element behind the last one in. The caller has just initialised it.
    @inline(__always)
    func commitOne() { unsafe withUnsafeMutablePointerToHeader { unsafe $0.pointee.count += 1 } }

    /// Takes the elements from `index` on out, closing them.
    func truncate(to index: Int) {
        while count > index {
            _ = unsafe zmq_msg_close(message(at: count - 1))
            unsafe withUnsafeMutablePointerToHeader { unsafe $0.pointee.count -= 1 }
        }
    }

    @inline(__always)
    func byteCount(at index: Int) -> Int { unsafe zmq_msg_size(message(at: index)) }

    /// The bytes of element `index`; valid as long as the slab is.
    @inline(__always)
    func bytes(at index: Int) -> UnsafeRawBufferPointer {
        let message = unsafe message(at: index)
        return unsafe UnsafeRawBufferPointer(start: zmq_msg_data(message), count: zmq_msg_size(message))
    }
}

extension FrameSlab {
    /// Payloads of at least this many bytes are shared with libzmq rather than copied. Measured: below it, copying is
    /// cheaper than the allocation and the two atomic counts that sharing costs.
    static let sharingThreshold = 2048

    /// Appends a copy of `bytes`.
    func append(copying bytes: UnsafeRawBufferPointer) {
        let place = unsafe nextPlace()
        guard unsafe zmq_msg_init_size(place, bytes.count) == 0 else { outOfMemory() }
        if let source = bytes.baseAddress, bytes.count > 0 {
            unsafe zmq_msg_data(place).copyMemory(from: source, byteCount: bytes.count)
        }
        commitOne()
    }

    /// Appends a message whose payload is `bytes` itself, which `owner` keeps alive until libzmq has let go of it.
    func append(sharing bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        unsafe FrameSlab.initialize(nextPlace(), sharing: bytes, owner: owner)
        commitOne()
    }

    /// Appends `array` without copying it when it is large enough for that to pay.
    func append(adopting array: [UInt8]) {
        guard array.count >= Self.sharingThreshold else {
            unsafe array.withUnsafeBytes { unsafe append(copying: $0) }
            return
        }
        let owner = ArrayOwner(array)
        unsafe owner.array.withUnsafeBytes { unsafe append(sharing: $0, owner: owner) }
    }

    /// Appends an empty frame.
    func appendEmpty() {
        unsafe zmq_msg_init(nextPlace())
        commitOne()
    }

    /// Appends the frame at `index` of another slab: a copy, or the same bytes when they are many.
    func append(from other: FrameSlab, at index: Int) {
        unsafe FrameSlab.initialize(nextPlace(), from: other, at: index)
        commitOne()
    }

    /// Makes `place` a message with the payload of another slab's frame.
    ///
    /// `zmq_msg_copy` is not used: it marks the *source* as shared, which races when two threads copy one message.
    static func initialize(_ place: UnsafeMutablePointer<zmq_msg_t>, from slab: FrameSlab, at index: Int) {
        let bytes = unsafe slab.bytes(at: index)
        guard bytes.count < sharingThreshold else {
            return unsafe initialize(place, sharing: bytes, owner: slab)
        }
        guard unsafe zmq_msg_init_size(place, bytes.count) == 0 else { outOfMemory() }
        if let source = bytes.baseAddress, bytes.count > 0 {
            unsafe zmq_msg_data(place).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    private static func initialize(
        _ place: UnsafeMutablePointer<zmq_msg_t>,
        sharing bytes: UnsafeRawBufferPointer,
        owner: AnyObject
    ) {
        let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        let hint = unsafe Unmanaged.passRetained(owner).toOpaque()
        // Runs on libzmq's I/O thread, exactly once.
        let release: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, hint in
            if let hint = unsafe hint { unsafe Unmanaged<AnyObject>.fromOpaque(hint).release() }
        }
        guard unsafe zmq_msg_init_data(place, start, bytes.count, release, hint) == 0 else { outOfMemory() }
    }
}

/// Keeps an array alive while libzmq reads its bytes.
private final class ArrayOwner {
    let array: [UInt8]
    init(_ array: [UInt8]) { self.array = array }
}

/// Swift's own allocations end the process when memory runs out; so do ours.
private func outOfMemory() -> Never { fatalError("libzmq could not allocate memory for a message") }
