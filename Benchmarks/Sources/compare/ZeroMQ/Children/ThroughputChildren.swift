// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Foundation
import Harness
import Synchronization
import ZeroMQ

/// PUSH and PULL, as the exclusive, the asynchronous and the batch interface do it.
let throughputChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "async-push": { options in
        let (size, count) = (try options.integer("size"), try options.integer("count"))
        let endpoint = try Endpoint(parsing: options.text("endpoint"))
        return try connected(to: endpoint) { push in
            try blocking { try await asyncSend(push, size: size, count: count) }
        }
    },
    "exclusive-push": { options in
        let (size, count) = (try options.integer("size"), try options.integer("count"))
        let endpoint = try Endpoint(parsing: options.text("endpoint"))
        return try connected(to: endpoint) { push in try exclusiveSend(push, size: size, count: count) }
    },
    "async-pull": { options in
        let meter = try ReceiveMeter(options)
        return try bound { pull in try blocking { try await asyncReceive(pull, meter) } }
    },
    "batch-pull": { options in
        let meter = try ReceiveMeter(options)
        return try bound { pull in try blocking { try await batchReceive(pull, meter) } }
    },
    "exclusive-pull": { options in
        let meter = try ReceiveMeter(options)
        return try bound { pull in try exclusiveReceive(pull, meter) }
    },
    "async-inproc": { options in
        let meter = try ReceiveMeter(options)
        return try inproc(meter) { pull in try await asyncReceive(pull, meter) }
    },
    "batch-inproc": { options in
        let meter = try ReceiveMeter(options)
        return try inproc(meter) { pull in try await batchReceive(pull, meter) }
    },
    "exclusive-inproc": { options in try exclusiveInproc(ReceiveMeter(options)) },
]

// MARK: Set-up

/// Connects a PUSH, lets it work, and waits for the parent to say that all has arrived.
private func connected(to endpoint: Endpoint, _ work: (PushSocket) throws -> Void) throws -> Sample {
    let push = try PushSocket()
    try push.connect(endpoint)
    let cpu = cb_cpu()
    try work(push)
    cb_wait_for_parent()
    return Sample(["cpu": cb_cpu() - cpu])
}

/// Binds a PULL, announces it, and lets it work.
private func bound(_ work: (PullSocket) throws -> Sample) throws -> Sample {
    let pull = try PullSocket()
    unsafe cb_announce(try pull.bind(.tcp("127.0.0.1", port: .any)).description)
    return try work(pull)
}

/// A PUSH and a PULL in one process, a task each.
private func inproc(
    _ meter: ReceiveMeter,
    _ receive: @escaping @Sendable (PullSocket) async throws -> Sample
) throws -> Sample {
    let (push, pull) = try inprocPair()
    return try blocking {
        let sending = Task.detached { try await asyncSend(push, size: meter.size, count: meter.count) }
        let sample = try await receive(pull)
        try await sending.value
        return sample
    }
}

/// A PUSH and a PULL in one process, a thread each.
private func exclusiveInproc(_ meter: ReceiveMeter) throws -> Sample {
    let (push, pull) = try inprocPair()
    let failure = Failure()
    let sending = Thread {
        do {
            try exclusiveSend(push, size: meter.size, count: meter.count)
        } catch {
            failure.error.withLock { $0 = error }
        }
    }
    sending.start()
    let sample = try exclusiveReceive(pull, meter)
    if let error = failure.error.withLock({ $0 }) { throw error }
    return sample
}

private final class Failure: Sendable {
    let error = Mutex<(any Error)?>(nil)
}

private func inprocPair() throws -> (PushSocket, PullSocket) {
    let pull = try PullSocket()
    let endpoint = try pull.bind(.inproc("throughput"))
    let push = try PushSocket()
    try push.connect(endpoint)
    return (push, pull)
}

// MARK: Sending

private func asyncSend(_ push: PushSocket, size: Int, count: Int) async throws {
    let payload = unsafe payload(size)
    for _ in 0..<count { try await push.send(unsafe payload.span) }
}

private func exclusiveSend(_ push: PushSocket, size: Int, count: Int) throws {
    let payload = unsafe payload(size)
    try push.withExclusiveAccess { push in
        for _ in 0..<count { _ = try push.send(unsafe payload.span) }
    }
}

/// Bytes to send, kept until the process ends.
func payload(_ size: Int) -> UnsafeBufferPointer<UInt8> {
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    unsafe bytes.initialize(repeating: 0)
    return UnsafeBufferPointer(bytes)
}

// MARK: Receiving

private func asyncReceive(_ pull: PullSocket, _ meter: ReceiveMeter) async throws -> Sample {
    try meter.check(try await pull.receive())
    let start = ReceiveMeter.Start()
    for received in 1..<meter.count {
        if received == meter.warmUp { meter.warmedUp() }
        try meter.check(try await pull.receive())
    }
    return meter.report(since: start)
}

private func batchReceive(_ pull: PullSocket, _ meter: ReceiveMeter) async throws -> Sample {
    var received = try await pull.receive(upTo: 1).count
    let start = ReceiveMeter.Start()
    var isWarm = false
    while received < meter.count {
        if !isWarm, received >= meter.warmUp {
            isWarm = true
            meter.warmedUp()
        }
        let batch = try await pull.receive(upTo: 64)
        for message in batch { try meter.check(message) }
        received += batch.count
    }
    return meter.report(since: start)
}

private func exclusiveReceive(_ pull: PullSocket, _ meter: ReceiveMeter) throws -> Sample {
    try pull.withExclusiveAccess { pull in
        var message = Message()
        _ = try pull.receive(into: &message)
        let start = ReceiveMeter.Start()
        for received in 1..<meter.count {
            if received == meter.warmUp { meter.warmedUp() }
            _ = try pull.receive(into: &message)
            try meter.check(message)
        }
        return meter.report(since: start)
    }
}

/// Looks at each message as the C side does, and measures from the first to the last.
private struct ReceiveMeter: Sendable {
    let size: Int
    let count: Int
    let warmUp: Int
    let countsAllocations: Bool

    init(_ options: ChildOptions) throws {
        self.size = try options.integer("size")
        self.count = try options.integer("count")
        self.warmUp = self.count / 4
        self.countsAllocations = try options.integer("allocations", default: 0) == 1
    }

    /// When the first message had come.
    struct Start {
        let time = cb_now()
        let cpu = cb_cpu()
    }

    /// Throws when the message is not of the size agreed on.
    @inline(__always)
    func check(_ message: borrowing Message) throws(HarnessError) {
        guard message.byteCount == self.size else { throw HarnessError("a message has the wrong size") }
    }

    /// A quarter of all has come: the steady state begins.
    func warmedUp() {
        if self.countsAllocations { cb_count_allocations() }
    }

    func report(since start: Start) -> Sample {
        Sample([
            "seconds": cb_now() - start.time,
            "cpu": cb_cpu() - start.cpu,
            "messages": Double(self.count - 1),
            "allocations": self.countsAllocations ? Double(cb_counted_allocations()) : 0,
            "counted": Double(self.count - self.warmUp),
        ])
    }
}
