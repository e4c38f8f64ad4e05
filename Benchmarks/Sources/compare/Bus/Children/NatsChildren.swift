// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import CNats
import Harness

/// Clients of nats-server, and the server.
let natsChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "nats-server": { options in
        var cpu = 0.0
        try check("nats-server", unsafe cn_serve(options.text("program"), &cpu))
        return Sample(["cpu": cpu])
    },
    "nats-publish": { options in
        let (size, count) = (try options.integer("size"), try options.count())
        return try withCPU {
            try check("nats-publish", unsafe cn_publish(options.text("endpoint"), bench, size, count))
        }
    },
    "nats-subscribe": { options in
        var result = cb_result()
        let (size, count) = (try options.integer("size"), try options.count())
        try check("nats-subscribe", unsafe cn_subscribe(options.text("endpoint"), bench, size, count, &result))
        return Sample(result)
    },
    "nats-reply": { options in
        let connections = try options.integer("connections", default: 1)
        let count = try options.count() + UInt64(options.integer("warm-up") * connections)
        return try withCPU { try check("nats-reply", unsafe cn_respond(options.text("endpoint"), bench, count)) }
    },
    "nats-request": { options in try natsRequest(options) },
    "nats-one-way-receive": { options in
        var latencies = [UInt64](repeating: 0, count: try options.integer("count"))
        let (endpoint, size) = (try options.text("endpoint"), try options.integer("size"))
        let (warmUp, echo) = (UInt64(try options.integer("warm-up")), try options.echo())
        let cpu = cb_cpu()
        let error = unsafe cn_one_way_receive(endpoint, size, echo, warmUp, try options.count(), &latencies)
        try check("nats-one-way-receive", error)
        return percentiles(of: latencies, cpu: cb_cpu() - cpu)
    },
    "nats-one-way-send": { options in
        let (endpoint, size) = (try options.text("endpoint"), try options.integer("size"))
        let (interval, count) = (UInt64(try options.integer("interval")), try options.countWithWarmUp())
        return try withCPU { try check("nats-one-way-send", unsafe cn_one_way_send(endpoint, size, interval, count)) }
    },
    "nats-queue-member": { options in
        var result = cb_result()
        var (unbroken, missing) = (0.0, UInt64(0))
        let error = unsafe cn_queue_member(try options.text("endpoint"), &result, &missing, &unbroken)
        try check("nats-queue-member", error)
        return Sample(["messages": Double(result.messages), "missing": Double(missing), "unbroken": unbroken])
    },
    "nats-queue-publish": { options in
        let (endpoint, size) = (try options.text("endpoint"), try options.integer("size"))
        let (interval, count) = (UInt64(try options.integer("interval")), try options.count())
        return try withCPU { try check("nats-queue-publish", unsafe cn_queue_publish(endpoint, size, interval, count)) }
    },
]

/// The subject of messages and of requests.
private let bench = "bench.subject"

private func natsRequest(_ options: ChildOptions) throws -> Sample {
    var result = cb_result()
    var latencies = [UInt64](repeating: 0, count: try options.integer("count"))
    let (endpoint, size, count) = (try options.text("endpoint"), try options.integer("size"), try options.count())
    let (outstanding, warmUp) = (Int32(try options.integer("outstanding")), UInt64(try options.integer("warm-up")))
    let connections = Int32(try options.integer("connections"))
    let error =
        connections == 1
        ? unsafe cn_request(endpoint, bench, size, outstanding, warmUp, count, &latencies, &result)
        : unsafe cn_request_from_threads(endpoint, bench, size, connections, warmUp, count, &latencies, &result)
    try check("nats-request", error)
    var sample = percentiles(of: latencies, cpu: result.cpu)
    sample.values.merge(["messages": Double(result.messages), "seconds": result.seconds]) { $1 }
    return sample
}

/// Runs the work, and reports the CPU time this process used for it.
func withCPU(_ work: () throws -> Void) rethrows -> Sample {
    let cpu = cb_cpu()
    try work()
    return Sample(["cpu": cb_cpu() - cpu])
}

extension ChildOptions {
    /// Whether messages are to be echoed: those without an interval between them are.
    func echo() throws(HarnessError) -> Int32 { try self.integer("interval") == 0 ? 1 : 0 }

    /// The number of messages with those to warm up.
    func countWithWarmUp() throws(HarnessError) -> UInt64 { try self.count() + UInt64(try self.integer("warm-up")) }
}
