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
