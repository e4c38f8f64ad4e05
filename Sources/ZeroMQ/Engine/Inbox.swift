// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Messages taken from libzmq ahead of the callers that will want them. They belong to the socket, not to a caller, so
/// a cancelled receive gives nothing back.
struct Inbox: ~Copyable {
    /// A reference to the slab for each message at hand; their frames begin at `next`.
    private var stock = SlabStock()
    private var next = 0
    /// Whether some of them may have several frames.
    private var hasMultipart = false
    /// A message that came after those and did not fit into their slab.
    private var last: Message?
    /// A slab that the last refill found no use for.
    private var spare: FrameSlab?
    /// Grows while refills are complete, so that a message that comes alone does not cost a large buffer.
    private var capacity = 1

    /// One refill takes no more than this many bytes beyond its first message.
    static let bytesPerRefill = 64 << 10
    /// The largest number of messages in one slab.
    static let messagesPerSlab = 64

    var isEmpty: Bool { last == nil && stock.count == 0 }

    @inline(__always)
    mutating func popFirst() -> Message? {
        guard let slab = stock.take() else { return popLast() }
        let index = next
        repeat { next += 1 } while unsafe hasMultipart && zmq_msg_more(slab.message(at: next - 1)) != 0
        return Message(slab: slab, index: index, frameCount: next - index)
    }

    @inline(never)
    private mutating func popLast() -> Message? { last.take() }

    /// Takes up to `limit` messages from libzmq; the inbox must be empty. 0, or an error number when there are none.
    mutating func refill(upTo limit: Int, from handle: SocketHandle) -> Int32 {
        let wanted = min(capacity, limit)
        var taken = 0
        let error = read(upTo: wanted, from: handle, &taken)
        guard taken > 0 else { return error }
        capacity = taken == wanted ? min(limit, capacity * 2) : taken
        return 0
    }

    /// Appends what is at hand and what libzmq has, up to `limit` messages in all. An error number when there was less.
    mutating func drain(upTo limit: Int, from handle: SocketHandle, into messages: inout [Message]) -> Int32 {
        var error: Int32 = 0
        while true {
            while messages.count < limit, let message = popFirst() { messages.append(message) }
            guard messages.count < limit, error == 0 else { return error }
            var taken = 0
            error = read(upTo: min(limit - messages.count, Inbox.messagesPerSlab), from: handle, &taken)
        }
    }

    private mutating func read(upTo limit: Int, from handle: SocketHandle, _ taken: inout Int) -> Int32 {
        let slab = spare.take() ?? FrameSlab.make(capacity: limit)
        hasMultipart = false
        var bytes = 0
        defer {
            let count = last == nil ? taken : taken - 1
            stock = SlabStock(slab, count: count)
            next = 0
            if count == 0 { spare = slab }
        }
        while taken < limit, !slab.isFull, bytes < Inbox.bytesPerRefill {
            let start = slab.count
            let size = Inbox.receiveFrame(to: slab, from: handle)
            guard size >= 0 else { return -size }
            bytes += Int(size)
            if unsafe zmq_msg_more(slab.message(at: start)) != 0 {
                let (message, size) = Inbox.receiveRest(of: Message(slab: slab, index: start), from: handle)
                guard size >= 0 else { return -size }
                if message.slab !== slab {
                    last = message
                    taken += 1
                    return 0
                }
                hasMultipart = true
                bytes += Int(size)
            }
            taken += 1
        }
        return 0
    }

    /// Receives one frame to the end of a slab that has room: its size, or a negated error number.
    @inline(__always)
    private static func receiveFrame(to slab: FrameSlab, from handle: SocketHandle) -> Int32 {
        let place = unsafe slab.message(at: slab.count)
        unsafe zmq_msg_init(place)
        let size = unsafe handle.receive(into: place)
        if size >= 0 { slab.commitOne() }
        return size
    }

    /// Receives the frames that follow a message's first one, the last of its slab: to that slab, or when it is full
    /// to a larger one that takes the whole message over. The message, and the size of what was received, or a negated
    /// error number.
    private static func receiveRest(of first: consuming Message, from handle: SocketHandle) -> (Message, Int32) {
        var (slab, start, bytes) = (first.slab, first.index, Int32(0))
        while unsafe zmq_msg_more(slab.message(at: slab.count - 1)) != 0 {
            if slab.isFull {
                slab = slab.movingTail(from: start, toCapacity: 2 * (slab.count - start) + 2)
                start = 0
            }
            let size = receiveFrame(to: slab, from: handle)
            // Parts after the first are there already; only a context that shuts down gets in between.
            guard size >= 0 else {
                slab.truncate(to: start)
                return (Message(), size)
            }
            bytes &+= size
        }
        return (Message(slab: slab, index: start, frameCount: slab.count - start), bytes)
    }

    /// Replaces a message that holds the first of several frames, alone in its slab, by the whole message. 0 or an
    /// error number.
    static func complete(_ message: inout Message, from handle: SocketHandle) -> Int32 {
        let (whole, size) = receiveRest(of: message, from: handle)
        message = whole
        return size < 0 ? -size : 0
    }
}

extension FrameSlab {
    /// A larger slab that holds this one's elements from `index` on, which are taken out of this one.
    fileprivate func movingTail(from index: Int, toCapacity capacity: Int) -> FrameSlab {
        let larger = FrameSlab.make(capacity: capacity)
        for source in index..<count {
            let place = unsafe larger.message(at: larger.count)
            unsafe zmq_msg_init(place)
            unsafe zmq_msg_move(place, message(at: source))
            larger.commitOne()
        }
        truncate(to: index)
        return larger
    }
}
