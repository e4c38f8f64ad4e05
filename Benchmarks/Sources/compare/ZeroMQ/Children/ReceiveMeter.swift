// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import ZeroMQ

/// Looks at each message as the C side does, and measures from the first to the last.
struct ReceiveMeter: Sendable {
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
        let end = cb_now()
        return Sample([
            "seconds": end - start.time,
            "began": start.time,
            "ended": end,
            "cpu": cb_cpu() - start.cpu,
            "messages": Double(self.count - 1),
            "allocations": self.countsAllocations ? Double(cb_counted_allocations()) : 0,
            "counted": Double(self.count - self.warmUp),
        ])
    }
}
