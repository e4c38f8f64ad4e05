// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness

/// The C side against libzmq's API, as far as the suite `zeromq` has it not, and what keeps cores awake.
let busCChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "c-one-way-receive": { options in
        var latencies = [UInt64](repeating: 0, count: try options.integer("count"))
        let (size, warmUp) = (try options.integer("size"), UInt64(try options.integer("warm-up")))
        let (echo, count) = (try options.echo(), try options.count())
        let cpu = cb_cpu()
        let error = unsafe cb_one_way_receive("tcp://127.0.0.1:*", size, echo, warmUp, count, &latencies)
        try check("c-one-way-receive", error)
        return percentiles(of: latencies, cpu: cb_cpu() - cpu)
    },
    "c-one-way-send": { options in
        let (endpoint, size) = (try options.text("endpoint"), try options.integer("size"))
        let (interval, count) = (UInt64(try options.integer("interval")), try options.countWithWarmUp())
        return try withCPU { try check("c-one-way-send", unsafe cb_one_way_send(endpoint, size, interval, count)) }
    },
    "stay-awake": { _ in try withCPU { try check("stay-awake", unsafe cb_stay_awake("awake")) } },
]
