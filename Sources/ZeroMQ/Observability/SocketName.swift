// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Which socket is meant, for people: in errors, in the log and in metrics.
struct SocketName: Sendable, CustomStringConvertible {
    /// The kind of socket, as ZeroMQ names it.
    let kind: String
    /// What the user calls it.
    let label: String?
    /// Where it was made.
    let origin: String

    var description: String { "\(kind) socket \(label.map { "\"\($0)\" " } ?? "")made at \(origin)" }

    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["zmq.socket.type": "\(kind)", "zmq.socket.origin": "\(origin)"]
        if let label { metadata["zmq.socket.label"] = "\(label)" }
        return metadata
    }
}
