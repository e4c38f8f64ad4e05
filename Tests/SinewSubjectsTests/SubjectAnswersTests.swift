// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import TestSupport
import Testing

@Suite("Answers of the tool about subjects", .timeLimit(.minutes(1)))
struct SubjectAnswersTests {
    /// What arguments become that are not UTF-8: two that differ become the same.
    @Test("Text whose bytes nobody knows is refused, not answered for")
    func lostBytes() throws {
        let lost = "a.\u{FFFD}"
        var random = SeededGenerator(seed: 1)
        func isRefused(_ body: () throws(ArgumentFault) -> Void) -> Bool {
            do throws(ArgumentFault) {
                try body()
                return false
            } catch {
                return error.description.contains("not UTF-8")
            }
        }
        let refused = [
            isRefused { () throws(ArgumentFault) in _ = try SubjectAnswers.matches(filter: lost, subject: "a.b") },
            isRefused { () throws(ArgumentFault) in _ = try SubjectAnswers.matches(filter: ">", subject: lost) },
            isRefused { () throws(ArgumentFault) in _ = try SubjectAnswers.intersect("a.*", lost) },
            isRefused { () throws(ArgumentFault) in
                _ = try SubjectAnswers.fault(of: lost, isFilter: false, isStrict: true)
            },
            isRefused { () throws(ArgumentFault) in _ = try SubjectAnswers.partition(lost, of: 4, tokens: nil) },
            isRefused { () throws(ArgumentFault) in
                _ = try SubjectAnswers.transform(from: "a.*", to: "$1", lost, using: &random)
            },
        ]
        #expect(refused == Array(repeating: true, count: 6))
        let known = try SubjectAnswers.matches(filter: "a.*", subject: "a.é")
        #expect(known)
    }
}
