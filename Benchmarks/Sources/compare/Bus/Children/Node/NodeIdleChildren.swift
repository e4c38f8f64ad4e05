// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Sinew

/// A node that has nothing to do, and its peers, which have not either.
let nodeIdleChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "node-idle": { options in
        let (peers, seconds) = (try options.integer("peers"), try options.number("seconds"))
        let node = try options.node("idle")
        unsafe cb_announce(node.endpoint.description)
        return try blocking {
            try await node.ready(peers: peers, within: patience)
            try await Task.sleep(for: .seconds(1))
            let (began, cpu) = (cb_now(), cb_cpu())
            try await Task.sleep(for: .seconds(seconds))
            return Sample(["seconds": cb_now() - began, "cpu": cb_cpu() - cpu])
        }
    },
    "node-idle-peers": { options in
        let peers = try options.integer("peers")
        let nodes = try (0..<peers).map { try options.node("peer-\($0)") }
        try blocking { for node in nodes { try await node.ready(peers: peers, within: patience) } }
        cb_wait_for_parent()
        return Sample(["nodes": Double(nodes.count)])
    },
]
