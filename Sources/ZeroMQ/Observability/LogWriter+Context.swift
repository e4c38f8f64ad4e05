// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Logging

extension LogWriter {
    /// The context is still there at the end of its time.
    func writeTerminationFailure(open: [String], limit: Duration) {
        let metadata: Logger.Metadata = [
            "zmq.open_sockets": .array(open.map { .string($0) }), "zmq.limit": "\(limit)",
        ]
        write(LogLine(.info, "the context could not be terminated in time", metadata))
    }

    /// Somebody asked the authenticator what libzmq never asks.
    func writeMalformedQuestion(_ reason: String, count: UInt64) {
        let message = "a question about a client does not follow ZAP"
        write(LogLine(problem: message, count: count, ["zmq.reason": "\(reason)"]))
    }

    /// The authenticator has ended although there are servers.
    func writeAuthenticatorFailure(_ error: ZMQError) {
        let message = "the authenticator failed, and no client is let in"
        write(LogLine(.info, message, ["zmq.error": .foreign(error.description)]))
    }
}
