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
struct Inbox {
    /// Last first, so that taking the next one moves it.
    private var reversed: [Message] = []
    /// A slab that the last attempt found no use for.
    private var spare: FrameSlab?
    /// Grows while attempts are filled, so that a message that comes alone does not cost a large buffer.
    private var capacity = 1

    /// One refill takes no more than this many bytes beyond its first message.
    static let bytesPerRefill = 64 << 10

    var isEmpty: Bool { reversed.isEmpty }
    var count: Int { reversed.count }

    mutating func popFirst() -> Message? { reversed.popLast() }

    mutating func removeAll() {
        reversed.removeAll()
        spare = nil
    }

    /// The next message, after taking up to `limit` from libzmq when none is at hand: nil and an error number when
    /// there is none.
    @inline(__always)
    mutating func next(from handle: SocketHandle, limit: Int) -> (Message?, Int32) {
        if let message = reversed.popLast() { return (message, 0) }
        let wanted = min(capacity, limit)
        let error = Inbox.read(upTo: wanted, from: handle, into: &reversed, spare: &spare)
        guard !reversed.isEmpty else { return (nil, error) }
        capacity = reversed.count == wanted ? min(limit, capacity * 2) : max(1, reversed.count)
        if reversed.count > 1 { reversed.reverse() }
        return (reversed.popLast(), 0)
    }

    /// Appends what is at hand and what libzmq has, up to `limit` messages in all.
    mutating func drain(upTo limit: Int, from handle: SocketHandle, into messages: inout [Message]) -> Int32 {
        while messages.count < limit, let message = reversed.popLast() { messages.append(message) }
        while messages.count < limit {
            let before = messages.count
            let wanted = min(limit - before, 64)
            let error = Inbox.read(upTo: wanted, from: handle, into: &messages, spare: &spare)
            if messages.count < before + wanted { return error }
        }
        return 0
    }

    private static func read(
        upTo limit: Int,
        from handle: SocketHandle,
        into messages: inout [Message],
        spare: inout FrameSlab?
    ) -> Int32 {
        var slab = spare ?? FrameSlab.make(capacity: limit)
        spare = nil
        var bytes = 0
        var taken = 0
        while taken < limit, bytes < Inbox.bytesPerRefill {
            if slab.isFull { slab = FrameSlab.make(capacity: limit - taken) }
            var start = slab.count
            let error = Inbox.readMessage(from: handle, into: &slab, start: &start)
            guard error == 0 else {
                if slab.count == 0 { spare = slab }
                return error
            }
            messages.append(Message(slab: slab, index: start, frameCount: slab.count - start))
            taken += 1
            bytes += unsafe slab.bytes(at: start).count
        }
        return EAGAIN
    }

    /// Receives all frames of one message to adjacent places: at the end of `slab`, or in a larger slab that replaces
    /// it and holds nothing else.
    private static func readMessage(
        from handle: SocketHandle,
        into slab: inout FrameSlab,
        start: inout Int
    ) -> Int32 {
        let place = unsafe slab.message(at: slab.count)
        unsafe zmq_msg_init(place)
        let error = unsafe handle.receive(into: place)
        guard error == 0 else { return error }
        slab.commitOne()
        return unsafe zmq_msg_more(place) == 0 ? 0 : readRest(from: handle, into: &slab, start: &start)
    }

    /// Receives the frames that follow the one at `start`, the last of `slab`. `start` is where that one is afterwards.
    private static func readRest(
        from handle: SocketHandle,
        into slab: inout FrameSlab,
        start: inout Int
    ) -> Int32 {
        while unsafe zmq_msg_more(slab.message(at: slab.count - 1)) != 0 {
            if slab.isFull {
                slab = slab.movingTail(from: start, toCapacity: 2 * (slab.count - start) + 2)
                start = 0
            }
            let place = unsafe slab.message(at: slab.count)
            unsafe zmq_msg_init(place)
            let error = unsafe handle.receive(into: place)
            // Parts after the first are there already; only a context that shuts down gets in between.
            guard error == 0 else {
                slab.truncate(to: start)
                return error
            }
            slab.commitOne()
        }
        return 0
    }

    /// Replaces a message that holds the first of several frames by the whole message.
    static func complete(_ message: inout Message, from handle: SocketHandle) -> Int32 {
        var slab = message.slab.movingTail(from: message.index, toCapacity: 4)
        var start = 0
        let error = readRest(from: handle, into: &slab, start: &start)
        message = error == 0 ? Message(slab: slab, frameCount: slab.count) : Message()
        return error
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
