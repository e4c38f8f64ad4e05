// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// The questions of an authenticator that are being decided, without an authenticator.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PendingQuestionsTests {
    private typealias Questions = PendingQuestions<Int>

    /// Against a plain list: each question goes once, to whoever comes first, and in the order of the tickets.
    @Test func everyQuestionGoesOnce() {
        let seed = UInt64.random(in: 0 ... .max)
        print("pending questions: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let start = ContinuousClock.now
        var (questions, list) = (Questions(), [(ticket: Questions.Ticket, number: Int, deadline: Int)]())
        var tickets: [Questions.Ticket] = []
        var (asked, gone) = (0, Set<Int>())
        for round in 0..<20_000 {
            let now = round / 4
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let deadline = now + Int.random(in: -1..<20, using: &random)
                let ticket = questions.add(asked, until: start + .seconds(deadline))
                #expect(tickets.last.map { $0 < ticket } != false, "tickets are never used twice")
                tickets.append(ticket)
                list.append((ticket, asked, deadline))
                asked += 1
            case 4..<8:
                guard let ticket = tickets.suffix(12).randomElement(using: &random) else { continue }
                let index = list.firstIndex { $0.ticket == ticket }
                #expect(questions.contains(ticket) == (index != nil))
                let number = questions.settle(ticket)
                #expect(number == index.map { list[$0].number })
                if let index { gone.insert(list.remove(at: index).number) }
            case 8:
                let expired = questions.expire(at: start + .seconds(now))
                let expected = list.filter { $0.deadline <= now }
                #expect(expired.map(\.question) == expected.map(\.number))
                #expect(expired.map(\.ticket) == expected.map(\.ticket))
                list.removeAll { $0.deadline <= now }
                gone.formUnion(expired.map(\.question))
            default:
                let remainder = Int.random(in: 0..<5, using: &random)
                let expected = list.filter { $0.number % 5 == remainder }
                #expect(questions.forget { $0 % 5 == remainder } == expected.map(\.ticket))
                list.removeAll { $0.number % 5 == remainder }
                gone.formUnion(expected.map(\.number))
            }
            #expect(questions.nextDeadline == list.map(\.deadline).min().map { start + .seconds($0) })
        }
        #expect(asked > 1000 && gone.count == asked - list.count)
    }

    /// Two spellings of one letter are two names: the user id's bytes tell them apart.
    @Test func namesAreComparedByTheirBytes() {
        let policy = AuthPolicy.allow(passwords: ["caf\u{e9}": "secret"])
        func verdict(_ name: String, _ password: String) -> AuthDecision.Verdict? {
            let credentials = PeerCredentials(username: name, password: password, address: "192.0.2.1")
            guard case .decided(let decision) = policy.consider(credentials) else { return nil }
            return decision.verdict
        }
        #expect(verdict("caf\u{e9}", "secret") == .accept(userID: nil))
        #expect(verdict("cafe\u{301}", "secret") == .refuse)
        #expect(verdict("caf\u{e9}", "other") == .refuse)
        #expect(verdict("nobody", "") == .refuse, "an unknown name has no password, not an empty one")
    }
}
