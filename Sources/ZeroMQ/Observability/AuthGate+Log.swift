// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Logging

extension AuthGate {
    /// Tells the log what became of a client; `count` is how many had this outcome.
    func log(_ outcome: ZAPOutcome, of credentials: PeerCredentials, count: UInt64, to log: LogWriter) {
        log.write(line(outcome, credentials, count))
    }

    private func line(_ outcome: ZAPOutcome, _ credentials: PeerCredentials, _ count: UInt64) -> LogLine {
        var metadata = socket.metadata
        metadata["zmq.mechanism"] = "\(credentials.mechanism)"
        metadata["zmq.policy"] = .foreign(policy.description)
        metadata["zmq.peer.address"] = .foreign(credentials.address)
        if let key = credentials.publicKey { metadata["zmq.peer.key"] = "\(key.z85)" }
        if let name = credentials.username { metadata["zmq.peer.name"] = .foreign(name) }
        switch outcome {
        case .decided(let decision):
            switch decision.verdict {
            case .accept(let userID):
                if let userID { metadata["zmq.peer.user_id"] = .foreign(userID) }
                return LogLine(.debug, "a client was accepted", metadata)
            case .refuse: return LogLine(problem: "a client was refused", count: count, metadata)
            case .temporaryFailure: return LogLine(problem: "a client got a temporary failure", count: count, metadata)
            }
        case .failed(let text):
            metadata["zmq.error"] = .foreign(text)
            return LogLine(problem: "the policy failed", count: count, metadata)
        case .impossibleUserID:
            metadata["zmq.error"] = "the user id has not 1 to 255 bytes without a zero"
            return LogLine(problem: "the policy failed", count: count, metadata)
        case .timedOut: return LogLine(problem: "the policy did not answer in time", count: count, metadata)
        case .overloaded: return LogLine(problem: "too many clients are being decided about", count: count, metadata)
        }
    }

    /// Tells the log about certificates that could not be read; the first of them stands for all.
    func logUnreadable(_ failures: [ZMQError], count: UInt64, to log: LogWriter) {
        guard let first = failures.first else { return }
        var metadata = socket.metadata
        metadata["zmq.error"] = .foreign(first.description)
        metadata["zmq.unreadable"] = "\(failures.count)"
        let growth = UInt64(failures.count)
        log.write(LogLine(problem: "certificates could not be read", count: count, growth: growth, metadata))
    }
}
