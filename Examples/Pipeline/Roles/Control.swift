// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore
import ZeroMQ

/// A worker's, or the ventilator's, ear for what the sink says to everybody.
struct Control: Sendable {
    private let socket: SubscriberSocket
    private let endpoint: Endpoint
    private let patience: Patience

    init(_ context: Context, _ endpoint: Endpoint, _ patience: Patience) throws {
        socket = try SubscriberSocket(subscriptions: [.all], context: context, options: .init(transport: .pipeline))
        try socket.connect(endpoint)
        self.endpoint = endpoint
        self.patience = patience
    }

    func close() { socket.close() }

    /// The next thing the sink says; nil when the time is over.
    func next(within timeout: Duration) async throws -> PipelineMessage? {
        let deadline = ContinuousClock.now + timeout
        while true {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { return nil }
            do throws(ZMQError) {
                if let message = PipelineMessage(try await socket.receive(timeout: left)) { return message }
            } catch {
                if error.code == .timedOut { return nil }
                throw error
            }
        }
    }

    /// Waits for the end of the run.
    ///
    /// - Parameter run: The run that the sink has to serve; nil for any.
    /// - Returns: Whether all results arrived.
    /// - Throws: ``PipelineFailure`` when the sink falls silent, never says a word, or serves another run.
    func untilStop(of run: RunID? = nil) async throws -> Bool {
        var wasHeard = false
        while true {
            let message = try await next(within: wasHeard ? patience.silence : patience.arrival)
            if let run, let message, message.run != run {
                throw PipelineFailure("the sink at \(endpoint) serves another run: give each run its own endpoints")
            }
            switch message {
            case .stop(_, let complete): return complete
            case .some: wasHeard = true
            case nil:
                throw PipelineFailure(
                    wasHeard
                        ? "the sink at \(endpoint) has not been heard for \(patience.silence): did it end?"
                        : "no sink was heard at \(endpoint) within \(patience.arrival): start `pipeline sink`"
                )
            }
        }
    }
}
