// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension ConnectionRegistry {
    /// How much had failed at one moment.
    struct Mark: Sendable {
        var attemptsFailed: Int
        var failures: Int
    }

    var mark: Mark { Mark(attemptsFailed: attemptsFailed, failures: failures) }

    /// Why a connection that was waited for did not come, for people.
    func story(since mark: Mark) -> String {
        let attempts = attemptsFailed - mark.attemptsFailed
        let count = "\(attempts) attempt\(attempts == 1 ? "" : "s") to connect failed"
        guard failures > mark.failures, let lastFailure else {
            return attempts > 0 ? count : "nobody has answered, and no attempt has failed yet"
        }
        let advice = failedInHandshake ? " before its handshake was complete: do the socket types fit?" : ""
        let cause = lastFailure.cause + advice
        return attempts > 0 ? "\(count), the last because \(cause)" : "the last failure: \(cause)"
    }
}

extension SocketEvent {
    /// Why there is no connection, in words.
    fileprivate var cause: String {
        let place = endpoint.map { " \($0)" } ?? ""
        return switch kind {
        case .closed: "nobody accepted the connection at\(place)"
        case .disconnected: "the connection at\(place) ended"
        case .handshakeFailed: "the handshake at\(place) failed: \(handshakeFailure?.description ?? "")"
        default: description
        }
    }
}
