// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import DequeModule

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Messages taken from libzmq ahead of the callers that will want them. They belong to the socket, not to a caller, so
/// a cancelled receive gives nothing back.
struct Inbox: ~Copyable {
    /// The messages at hand, and a reference to their slab for each.
    private var stock = SlabStock()
    /// Whether some of them may have several frames.
    private var hasMultipart = false
    /// A message that came after those and did not fit into their slab.
    private var last: Message?
    /// Messages after that one; none unless some were put back.
    private var afterLast: Deque<Message> = []
    /// A slab that the last refill found no use for.
    private var spare: FrameSlab?
    /// How many messages the next refill asks for. Doubles while refills are complete, and halves while they are not,
    /// so that messages which come alone do not cost a large buffer each.
    private var capacity = 1
    /// The most frames that a message of the last refill had, within limits.
    private var framesPerMessage = 1
    /// How many bytes were taken from libzmq.
    private(set) var bytesTaken = 0

    /// Messages that share a slab have fewer bytes than this together.
    static let bytesPerSlab = 64 << 10
    /// The largest number of messages that share a slab.
    static let messagesPerSlab = 64
    private static let framesPerMessageLimit = 16
    /// What one call takes at most, however much it asks for: the socket's lock is held meanwhile.
    static let (messagesPerCall, bytesPerCall) = (1024, 1 << 20)

    /// Whether nothing is here; messages may be on the shelf.
    var isEmpty: Bool { last == nil && stock.count == 0 }

    @inline(__always)
    mutating func popFirst() -> Message? {
        guard var message = stock.take() else { return popLast() }
        if hasMultipart { stock.takeRest(of: &message) }
        return message
    }

    @inline(never)
    private mutating func popLast() -> Message? {
        defer { last = afterLast.popFirst() }
        return last
    }

    /// Puts messages that were taken before all others here back in front of them.
    mutating func putBack(_ messages: [Message]) {
        var all = Deque(messages)
        while let message = popFirst() { all.append(message) }
        last = all.popFirst()
        afterLast = all
    }

    mutating func removeAll() -> [Message] {
        var messages: [Message] = []
        while let message = popFirst() { messages.append(message) }
        return messages
    }

    /// Lays messages of one frame out to be taken without a lock. Returns how many.
    mutating func layOut(on shelf: borrowing Shelf) -> Int {
        guard !hasMultipart, stock.count > 0 else { return 0 }
        let count = stock.count
        shelf.fill(with: exchange(&stock, with: SlabStock()))
        return count
    }

    /// Takes back what is left of the messages that were laid out; they come before those that are here. Returns how
    /// many.
    mutating func takeBack(from shelf: borrowing Shelf) -> Int {
        guard shelf.count > 0 else { return 0 }
        precondition(stock.count == 0, "messages were read before those on the shelf were taken")
        stock = shelf.clear()
        return stock.count
    }

    /// Takes up to `limit` messages from libzmq; the inbox must be empty. 0, or an error number when there are none.
    mutating func refill(upTo limit: Int, from handle: SocketHandle) -> Int32 {
        let wanted = min(capacity, limit)
        var taken = 0
        var bytes = 0
        let error = read(upTo: wanted, from: handle, &taken, &bytes)
        guard taken > 0 else { return error }
        capacity = taken == wanted ? min(limit, capacity * 2) : max(taken, capacity / 2)
        return 0
    }

    /// Appends what is at hand and what libzmq has, up to `limit` messages in all. An error number when there was less.
    mutating func drain(upTo limit: Int, from handle: SocketHandle, into messages: inout [Message]) -> Int32 {
        let limit = min(limit, Inbox.messagesPerCall)
        var bytes = 0
        var error: Int32 = 0
        while true {
            while messages.count < limit, let message = popFirst() { messages.append(message) }
            guard messages.count < limit, bytes < Inbox.bytesPerCall, error == 0 else { return error }
            let count = min(limit - messages.count, Inbox.messagesPerSlab)
            var taken = 0
            error = read(upTo: count, from: handle, &taken, &bytes)
        }
    }

    private mutating func read(
        upTo limit: Int,
        from handle: SocketHandle,
        _ taken: inout Int,
        _ total: inout Int
    ) -> Int32 {
        let slab = slab(for: limit * framesPerMessage)
        hasMultipart = false
        framesPerMessage = 1
        var bytes = 0
        defer {
            total += bytes
            bytesTaken &+= bytes
            let count = last == nil ? taken : taken - 1
            stock = SlabStock(slab, count: count)
            if count == 0 { spare = slab }
        }
        while taken < limit, !slab.isFull {
            let start = slab.count
            let error = Inbox.receiveFrame(to: slab, from: handle)
            guard error == 0 else { return error }
            bytes += slab.byteCount(at: start)
            if bytes < Inbox.bytesPerSlab, unsafe zmq_msg_more(slab.message(at: start)) == 0 {
                taken += 1
                continue
            }
            var message = Message(slab: slab, index: start)
            let failure = finish(&message, from: handle, &bytes, &taken)
            guard failure == 0, last == nil, bytes < Inbox.bytesPerSlab else { return failure }
        }
        return 0
    }

    /// The spare slab when it is large enough, or a new one.
    private mutating func slab(for frames: Int) -> FrameSlab {
        if let slab = spare.take(), slab.room >= frames { return slab }
        return FrameSlab.make(capacity: frames)
    }

    /// Receives what is left of a message at the end of a slab. Out of that slab goes what would make it too large: a
    /// large message must not stay in memory for the sake of a small one. 0 or an error number.
    @inline(never)
    private mutating func finish(
        _ message: inout Message,
        from handle: SocketHandle,
        _ bytes: inout Int,
        _ taken: inout Int
    ) -> Int32 {
        bytes -= message.byteCount
        let slab = message.slab
        let error = Inbox.receiveRest(of: &message, from: handle)
        guard error == 0 else { return error }
        bytes += message.byteCount
        hasMultipart = hasMultipart || message.isMultipart
        framesPerMessage = max(framesPerMessage, min(message.frameCount, Inbox.framesPerMessageLimit))
        if message.slab === slab, bytes >= Inbox.bytesPerSlab, taken > 0 { message.moveOut() }
        if message.slab !== slab { last = message }
        taken += 1
        return 0
    }

    /// Receives one frame to the end of a slab that has room. 0 or an error number.
    @inline(__always)
    private static func receiveFrame(to slab: FrameSlab, from handle: SocketHandle) -> Int32 {
        let place = unsafe slab.message(at: slab.count)
        unsafe zmq_msg_init(place)
        let error = unsafe handle.receive(into: place)
        if error == 0 { slab.commitOne() }
        return error
    }

    /// Receives the frames that follow a message's first one, the last of its slab. 0 or an error number.
    static func receiveRest(of message: inout Message, from handle: SocketHandle) -> Int32 {
        while unsafe zmq_msg_more(message.slab.message(at: message.slab.count - 1)) != 0 {
            if message.slab.isFull { message.moveOut() }
            let error = receiveFrame(to: message.slab, from: handle)
            // Parts after the first are there already; only a context that shuts down gets in between.
            guard error == 0 else {
                message.slab.truncate(to: message.index)
                message = Message()
                return error
            }
            message.frameCount += 1
        }
        return 0
    }
}

extension Message {
    /// Moves the frames, the last of their slab, to a slab of their own with room for more.
    fileprivate mutating func moveOut() {
        let larger = FrameSlab.make(capacity: 2 * frameCount + 2)
        for source in index..<slab.count {
            let place = unsafe larger.message(at: larger.count)
            unsafe zmq_msg_init(place)
            unsafe zmq_msg_move(place, slab.message(at: source))
            larger.commitOne()
        }
        slab.truncate(to: index)
        self = Message(slab: larger, frameCount: frameCount)
    }
}
