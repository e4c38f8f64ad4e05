// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// A Python that has pyzmq.
struct PyZMQ {
    /// What it says of itself: "pyzmq 26.2.0 (libzmq 4.3.5)".
    let version: String
    private let python: String
    private let script: String

    /// The interpreter at that path, or nil when it has no pyzmq or is not there.
    init?(python: String) {
        self.python = python
        self.script =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Peers/pyzmq_throughput.py").standardizedFileURL.path
        guard let version = output(of: python, [self.script, "version"]) else { return nil }
        self.version = version
    }

    /// The child that pushes or pulls, blocking or with asyncio.
    func child(_ role: String, _ mode: String) -> ChildKind {
        ChildKind("pyzmq-\(mode)-\(role)", program: self.python, arguments: [self.script, role, mode])
    }
}
