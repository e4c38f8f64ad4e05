// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Synchronization
import ZeroMQ

/// Sockets that rest, and a sender whose receiver does.
let quietChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "async-idle": { options in
        let (pairs, seconds) = (try options.integer("pairs"), try options.number("seconds"))
        return try blocking { try await idle(pairs: pairs, seconds: seconds) }
    },
    "async-stopped": { options in
        let endpoint = try Endpoint(parsing: stoppedEndpoint(options.text("transport")))
        return try stopped(endpoint, size: options.integer("size"), seconds: options.number("seconds"))
    },
]

/// Opens connected pairs over tcp with a task waiting on every receiver, and measures the CPU they use.
private func idle(pairs: Int, seconds: Double) async throws -> Sample {
    var senders: [PushSocket] = []
    var waiting: [Task<Void, any Error>] = []
    for _ in 0..<pairs {
        let pull = try PullSocket()
        let push = try PushSocket()
        try push.connect(try pull.bind(.tcp("127.0.0.1", port: .any)))
        // One message through each pair: the connection stands before the clock starts.
        try await push.send(Message())
        _ = try await pull.receive()
        senders.append(push)
        waiting.append(Task { _ = try await pull.receive() })
    }
    try await Task.sleep(for: .seconds(1))
    let (began, cpu) = (cb_now(), cb_cpu())
    try await Task.sleep(for: .seconds(seconds))
    let sample = Sample(["seconds": cb_now() - began, "cpu": cb_cpu() - cpu])
    for task in waiting { task.cancel() }
    for sender in senders { sender.close() }
    return sample
}

/// Sends until the sender is suspended, the receiver never receiving, and watches this process's memory.
private func stopped(_ endpoint: Endpoint, size: Int, seconds: Double) throws -> Sample {
    let pull = try PullSocket()
    let resolved = try pull.bind(endpoint)
    // Over inproc both sockets need one context; elsewhere they are as far apart as one process allows.
    let push = try PushSocket(context: endpoint.description.hasPrefix("inproc:") ? .shared : Context())
    try push.connect(resolved)
    let accepted = Counter()
    let sending = Task.detached {
        let payload = unsafe payload(size)
        while true {
            try await push.send(unsafe payload.span)
            accepted.value.add(1, ordering: .relaxed)
        }
    }
    let sample = try watchStopped(seconds: seconds) { accepted.value.load(ordering: .relaxed) }
    sending.cancel()
    // The receiver lives until here.
    pull.close()
    return sample
}

private final class Counter: Sendable {
    let value = Atomic<UInt64>(0)
}
