// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport
import Testing

@Suite("Filters for plain SUB sockets", .timeLimit(.minutes(1)))
struct LiteralPrefixTests {
    @Test func prefixes() {
        let cases: [(SubjectFilter, String)] = [
            ("orders.*.new", "orders."), ("orders.>", "orders."), ("a.b.c.*", "a.b.c."), ("*", ""), (">", ""),
            ("*.a", ""), ("orders", "orders\0"), ("a.b*", "a.b*\0"), ("a*.>", "a*."),
        ]
        for (filter, prefix) in cases { #expect(filter.literalPrefix == Array(prefix.utf8), "\(filter)") }
    }

    @Test("whatever matches begins with the prefix; of a literal, nothing else does", arguments: [1, 2] as [UInt64])
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (matched, more) = (0, 0)
        for _ in 0..<20_000 {
            func tokens(_ alphabet: [String]) -> String {
                (0..<Int.random(in: 1...4, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
                    .joined(separator: ".")
            }
            let filter = try SubjectFilter(tokens(["a", "ab", "*"]) + (Bool.random(using: &random) ? "" : ".>"))
            let subject = try Subject(tokens(["a", "ab"]))
            let isWanted = subject.topic.starts(with: filter.literalPrefix)
            if filter.matches(subject) {
                matched += 1
                holds(isWanted, "seed \(seed): \(filter) \(subject)")
            } else if isWanted {
                more += 1
                holds(!filter.isLiteral, "seed \(seed): \(filter) \(subject)")
            }
        }
        #expect(matched > 500 && more > 500)
    }

    @Test func subjectsComeBackFromTheirTopics() throws {
        let subject: Subject = "orders.new"
        #expect(subject.topic == Array("orders.new\0".utf8))
        let read = try Subject(topic: subject.topic)
        #expect(read == subject)
        let wrong: [([UInt8], SubjectError.Code)] = [
            ([], .missingTerminator), (subject.bytes, .missingTerminator), ([0], .emptySubject),
            (Array("a..b\0".utf8), .emptyToken), (Array("a.*\0".utf8), .wildcardInSubject),
        ]
        for (topic, code) in wrong {
            let error = #expect(throws: SubjectError.self) { try Subject(topic: topic) }
            #expect(error?.code == code)
        }
    }
}
