// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Foundation
import Harness

/// The C side's work.
let cChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "c-push": { options in
        var result = cb_result()
        let (endpoint, size, count) = (try options.text("endpoint"), try options.integer("size"), try options.count())
        try check("c-push", unsafe cb_push(endpoint, size, count, &result))
        return Sample(result)
    },
    "c-pull": { options in
        var result = cb_result()
        let (size, count) = (try options.integer("size"), try options.count())
        let counting = Int32(try options.integer("allocations", default: 0))
        try check("c-pull", unsafe cb_pull("tcp://127.0.0.1:*", size, count, counting, &result))
        return Sample(result)
    },
    "c-inproc": { options in
        var result = cb_result()
        let (size, count) = (try options.integer("size"), try options.count())
        try check("c-inproc", unsafe cb_inproc(size, count, &result))
        return Sample(result)
    },
    "c-publish": { options in
        let (size, count) = (try options.integer("size"), try options.count())
        let subscribers = Int32(try options.integer("subscribers"))
        let cpu = cb_cpu()
        try check("c-publish", unsafe cb_publish("tcp://127.0.0.1:*", size, count, subscribers))
        return Sample(["cpu": cb_cpu() - cpu])
    },
    "c-subscribe": { options in
        var result = cb_result()
        let (endpoint, size, count) = (try options.text("endpoint"), try options.integer("size"), try options.count())
        try check("c-subscribe", unsafe cb_subscribe(endpoint, size, count, &result))
        return Sample(result)
    },
    "c-router": { options in
        let cpu = cb_cpu()
        try check("c-router", unsafe cb_echo_router("tcp://127.0.0.1:*", try options.count()))
        return Sample(["cpu": cb_cpu() - cpu])
    },
    "c-dealers": { options in
        var result = cb_result()
        let (endpoint, size, count) = (try options.text("endpoint"), try options.integer("size"), try options.count())
        let (peers, window) = (Int32(try options.integer("peers")), Int32(try options.integer("window")))
        try check("c-dealers", unsafe cb_echo_dealers(endpoint, peers, window, size, count, &result))
        return Sample(result)
    },
    "c-reply": { options in
        let cpu = cb_cpu()
        let count = try options.count() + UInt64(options.integer("warm-up"))
        try check("c-reply", unsafe cb_reply("tcp://127.0.0.1:*", count))
        return Sample(["cpu": cb_cpu() - cpu])
    },
    "c-request": { options in
        var result = cb_result()
        var latencies = [UInt64](repeating: 0, count: try options.integer("count"))
        let (endpoint, size) = (try options.text("endpoint"), try options.integer("size"))
        let (warmUp, count) = (UInt64(try options.integer("warm-up")), try options.count())
        try check("c-request", unsafe cb_request(endpoint, size, warmUp, count, &latencies, &result))
        return percentiles(of: latencies, cpu: result.cpu)
    },
    "c-idle": { options in
        var result = cb_result()
        let (pairs, seconds) = (Int32(try options.integer("pairs")), try options.number("seconds"))
        try check("c-idle", unsafe cb_idle(pairs, seconds, &result))
        return Sample(result)
    },
    "c-stopped": { options in
        var started: OpaquePointer?
        let endpoint = stoppedEndpoint(try options.text("transport"))
        let size = try options.integer("size")
        try check("c-stopped", unsafe cb_stopped_start(endpoint, size, &started))
        guard let stopped = unsafe started else { throw HarnessError("c-stopped: nothing was started") }
        return try watchStopped(seconds: try options.number("seconds")) { unsafe cb_stopped_accepted(stopped) }
    },
]

extension ChildOptions {
    /// The number of messages, as C wants it.
    func count() throws(HarnessError) -> UInt64 {
        UInt64(try self.integer("count"))
    }
}

extension Sample {
    /// The report of a C run.
    init(_ result: cb_result) {
        self.init([
            "messages": Double(result.messages),
            "seconds": result.seconds,
            "began": result.began,
            "ended": result.ended,
            "cpu": result.cpu,
            "allocations": Double(result.allocations),
            "counted": Double(result.counted),
        ])
    }
}

/// Throws when a C function returned an errno.
func check(_ what: String, _ error: Int32) throws(HarnessError) {
    guard error == 0 else { throw HarnessError("\(what): \(unsafe String(cString: strerror(error)))") }
}
