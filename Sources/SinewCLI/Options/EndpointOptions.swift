// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ZeroMQ

/// Reads an endpoint such as `tcp://127.0.0.1:5557` or `ipc:///tmp/jobs`; the error says what is wrong with it.
@Sendable func endpoint(from text: String) throws -> Endpoint {
    do {
        guard !text.hasPrefix("inproc://") else {
            throw ValidationError("'\(text)' is for threads of one process; use tcp:// or ipc://")
        }
        return try Endpoint(parsing: text)
    } catch let error as ZMQError {
        throw ValidationError(
            "'\(text)' is not an endpoint: \(error.advice.replacing("use tcp, ipc or inproc", with: "use tcp or ipc"))"
        )
    }
}

/// What completion offers for an endpoint.
let endpointCompletion = CompletionKind.list(["tcp://127.0.0.1:", "tcp://*:", "ipc:///tmp/"])

/// Where a socket is bound and connected.
struct EndpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Accept connections at this endpoint: tcp://ADDRESS:PORT (* for any, in \
            quotes), or ipc://PATH. May be repeated. The \
            endpoint that a * became is printed on standard error.
            """,
            valueName: "endpoint"
        ),
        completion: endpointCompletion,
        transform: endpoint(from:)
    )
    var bind: [Endpoint] = []

    @Option(
        help: ArgumentHelp(
            "Connect to this endpoint, now or as soon as somebody is there. May be repeated.",
            valueName: "endpoint"
        ),
        completion: endpointCompletion,
        transform: endpoint(from:)
    )
    var connect: [Endpoint] = []

    /// With several, each message goes to a peer that is there.
    var areSeveral: Bool { bind.count + connect.count > 1 }

    /// Whether there is one at all.
    func check() throws {
        guard !(bind + connect).isEmpty else {
            throw ValidationError("where to? Give at least one --bind ENDPOINT or --connect ENDPOINT")
        }
    }
}
