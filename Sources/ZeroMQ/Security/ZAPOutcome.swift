// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What came of a question about a client.
enum ZAPOutcome: Sendable {
    case decided(AuthDecision)
    /// With the reason, for the log.
    case failed(String)
    case impossibleUserID, timedOut, overloaded
}

extension ZAPOutcome {
    /// Whom libzmq would take, but nobody could tell apart, is not let in.
    func checked(for question: ZAPQuestion) -> ZAPOutcome {
        guard case .decided(let decision) = self, case .accept(let userID) = decision.verdict else { return self }
        let id = (userID ?? question.credentials.userID).utf8
        return (1...255).contains(id.count) && !id.contains(0) ? self : .impossibleUserID
    }

    /// What libzmq is told, and what is counted.
    ///
    /// What is nobody's decision is a temporary failure: the client comes again, and gets in once the policy works.
    func reply(
        to question: ZAPQuestion
    ) -> (Message, WritableKeyPath<AuthStatistics, UInt64>) {
        let id = question.id
        switch self {
        case .decided(let decision):
            switch decision.verdict {
            case .accept(let userID):
                let userID = userID ?? question.credentials.userID
                return (ZAPStatus.accepted.reply(to: id, text: "OK", userID: userID), \.accepted)
            case .refuse: return (ZAPStatus.refused.reply(to: id, text: "Refused"), \.refused)
            case .temporaryFailure:
                return (ZAPStatus.temporaryFailure.reply(to: id, text: "Temporary failure"), \.temporaryFailures)
            }
        case .impossibleUserID: return (ZAPStatus.refused.reply(to: id, text: "Impossible user id"), \.failed)
        case .failed: return (ZAPStatus.temporaryFailure.reply(to: id, text: "The policy failed"), \.failed)
        case .timedOut: return (ZAPStatus.temporaryFailure.reply(to: id, text: "The policy did not answer"), \.timedOut)
        case .overloaded: return (ZAPStatus.temporaryFailure.reply(to: id, text: "Too many handshakes"), \.overloaded)
        }
    }
}
