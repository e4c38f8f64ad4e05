// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore
import ZeroMQ

/// Where the three roles meet.
struct Routes: Sendable {
    /// The ventilator binds it with PUSH; workers take jobs from it with PULL.
    var jobs: Endpoint
    /// The sink binds it with PULL; workers push results, and the ventilator pushes the list of jobs.
    var results: Endpoint
    /// The sink binds it with PUB; everybody hears there that the sink is alive, and when the run is over.
    var control: Endpoint

    /// Within one process.
    static let inproc = Routes(
        jobs: .inproc("pipeline-jobs"),
        results: .inproc("pipeline-results"),
        control: .inproc("pipeline-control")
    )
}

/// How long a role waits for the others before it gives up.
struct Patience: Sendable {
    /// For the others to come.
    var arrival: Duration = .seconds(60)
    /// For a sign of life, once they are there.
    var silence: Duration = .seconds(10)

    /// How often the sink says that it is alive, and how often the ventilator knocks.
    static let beat: Duration = .milliseconds(200)
    /// How long a ventilator that knocked is expected to go on before another may take its place.
    static let knocking: Duration = .seconds(1)
}

/// What ends a role before its work is done. The description says what to do.
struct PipelineFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension TransportOptions {
    /// The defaults, with quick reconnection: the roles may be started in any order.
    static var pipeline: TransportOptions {
        var options = TransportOptions()
        // Soon: the work may be done before a worker that knocked too early knocks again.
        options.reconnectInterval = .milliseconds(5)
        options.maximumReconnectInterval = .milliseconds(100)
        return options
    }
}

extension PushSocket {
    /// Sends a message of the pipeline. False when there was no room for it in the time given.
    func send(_ message: PipelineMessage, within timeout: Duration) async throws -> Bool {
        do throws(ZMQError) {
            try await send(Message(message.encoded()), timeout: timeout)
            return true
        } catch {
            if error.code == .timedOut { return false }
            throw error
        }
    }
}

extension PipelineMessage {
    /// Reads what came from a socket; nil when it is not a message of the pipeline.
    init?(_ message: Message) {
        guard !message.isMultipart else { return nil }
        do throws(CodecError) { try self.init(decoding: message.array) } catch { return nil }
    }
}
