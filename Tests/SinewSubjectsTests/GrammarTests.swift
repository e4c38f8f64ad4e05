// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport
import Testing

@Suite("Grammars of subjects", .timeLimit(.minutes(1)))
struct GrammarTests {
    /// A text, and how it is refused.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let code: SubjectError.Code
        var token: Int?
        var position: Int?
        var grammar = SubjectGrammar.nats
        var testDescription: String { "\(code): \(text.prefix(20).debugDescription)" }
    }

    static let refusals: [Refusal] = [
        Refusal(text: "", code: .emptySubject), Refusal(text: ".", code: .emptyToken, token: 1, position: 0),
        Refusal(text: "a.", code: .emptyToken, token: 2, position: 2),
        Refusal(text: "a..b", code: .emptyToken, token: 2, position: 2),
        Refusal(text: "a.b c", code: .whitespace, token: 2, position: 3),
        Refusal(text: "\n", code: .whitespace, token: 1, position: 0),
        Refusal(text: "a\u{0C}.b", code: .whitespace, token: 1, position: 1),
        Refusal(text: "a.>.b", code: .restIsNotLast, token: 2, position: 2),
        Refusal(text: "a.b\0", code: .controlByte, token: 2, position: 3, grammar: .natsText),
        Refusal(text: "a.b\u{FFFD}", code: .invalidText, token: 2, position: 3, grammar: .natsText),
        Refusal(text: "a.b*", code: .wildcardInsideToken, token: 2, position: 3, grammar: .strict),
        Refusal(text: "a.>>", code: .wildcardInsideToken, token: 2, position: 2, grammar: .strict),
        Refusal(text: "a\u{7F}", code: .controlByte, token: 1, position: 1, grammar: .strict),
        Refusal(text: "a\u{0B}", code: .controlByte, token: 1, position: 1, grammar: .strict),
        Refusal(text: String(repeating: "x", count: 256), code: .tooLong, position: 255, grammar: .strict),
        Refusal(text: String(repeating: "x", count: 4097), code: .tooLong, position: 4096),
        Refusal(
            text: Array(repeating: "x", count: 33).joined(separator: "."),
            code: .tooManyTokens,
            token: 33,
            position: 64,
            grammar: .strict
        ),
    ]

    @Test("what is refused, where and why", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        let filterError = #expect(throws: SubjectError.self) {
            try SubjectFilter(refusal.text, grammar: refusal.grammar)
        }
        let error = try #require(filterError)
        #expect(error.code == refusal.code && error.token == refusal.token && error.position == refusal.position)
        #expect(!error.advice.isEmpty && !error.isRetriable && error.description.contains(error.advice))
        #expect(!error.description.contains("\n") && error.description.count < 400)
        // A subject is refused for the same reason, unless a wildcard comes first.
        let subjectError = #expect(throws: SubjectError.self) { try Subject(refusal.text, grammar: refusal.grammar) }
        if refusal.code != .restIsNotLast { #expect(subjectError == error) }
    }

    @Test(arguments: ["*", ">", "a.*", "a.>", "*.a"]) func wildcardsAreNoSubjects(text: String) {
        for grammar in [SubjectGrammar.nats, .natsText, .strict] {
            let error = #expect(throws: SubjectError.self) { try Subject(text, grammar: grammar) }
            #expect(error?.code == .wildcardInSubject)
            #expect(throws: Never.self) { try SubjectFilter(text, grammar: grammar) }
        }
    }

    @Test("limits are exact, and can be chosen")
    func limits() throws {
        let longest = String(repeating: "x", count: 255)
        let deepest = Array(repeating: "x", count: 32).joined(separator: ".")
        for text in [longest, deepest] { #expect(throws: Never.self) { try Subject(text, grammar: .strict) } }
        // What is not plain is looked at in another way.
        let others = ["é" + longest.dropFirst(2), "é" + deepest.dropFirst(), deepest.dropLast() + ">"]
        for text in others { #expect(throws: Never.self) { try SubjectFilter(text, grammar: .strict) } }
        for text in ["é" + longest.dropFirst(), "é." + deepest] {
            #expect(throws: SubjectError.self) { try SubjectFilter(text, grammar: .strict) }
        }
        let nats = [String(repeating: "x", count: 4096), Array(repeating: "x", count: 2048).joined(separator: ".")]
        for text in nats { #expect(throws: Never.self) { try Subject(text) } }
        var grammar = SubjectGrammar.nats
        grammar.limits = SubjectLimits(maximumTokens: 2, maximumBytes: 5)
        #expect(throws: Never.self) { try Subject(String("ab.cd"), grammar: grammar) }
        for text in ["a.b.c", "abc.de"] { #expect(throws: SubjectError.self) { try Subject(text, grammar: grammar) } }
    }

    @Test func namesOfAssets() {
        for text in ["a", "A-b_c=1", "日本", String(repeating: "x", count: 255)] {
            #expect((try? AssetName(text))?.description == text)
        }
        for text in ["", "a b", "a.b", "a*", ">", "a/b", "a\\b", "a\0", "a\r", String(repeating: "x", count: 256)] {
            let error = #expect(throws: SubjectError.self) { try AssetName(text) }
            #expect(error?.code == .invalidName)
        }
    }

    #if DEBUG
    private static let randomCount = isSanitized ? 1500 : 4000
    #else
    private static let randomCount = 25_000
    #endif

    @Test("any bytes are accepted or refused as the definition has it", arguments: [1, 2, 3, 4] as [UInt64])
    func anyBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let special = Array(".*>{}()$,1 \t\r\n\u{0C}\0\u{0B}\u{7F}é\u{FFFD}ab".utf8)
        var counts: [String: Int] = [:]
        for _ in 0..<Self.randomCount {
            let length = Int.random(in: 0...(Int.random(in: 0..<50, using: &random) == 0 ? 300 : 12), using: &random)
            let share = Int.random(in: 0...10, using: &random)
            let bytes = (0..<length).map { _ in
                Int.random(in: 0..<10, using: &random) < share
                    ? special.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
            }
            let filter = try? SubjectFilter(bytes: bytes)
            holds((filter != nil) == Naive.isFilter(bytes), "seed \(seed): \(bytes)")
            let subject = try? Subject(bytes: bytes)
            holds((subject != nil) == Naive.isSubject(bytes), "seed \(seed): \(bytes)")
            // Where the strict grammar allows something, the other does, too; and it allows what is plain.
            let strict = try? SubjectFilter(bytes: bytes, grammar: .strict)
            holds((strict != nil) == (filter != nil && Naive.isPlain(bytes)), "seed \(seed): \(bytes)")
            if let strict { holds(strict == filter && strict.isLiteral == filter?.isLiteral, "seed \(seed): \(bytes)") }
            let text = try? SubjectFilter(bytes: bytes, grammar: .natsText)
            let isText =
                String(validating: bytes, as: UTF8.self).map { !$0.unicodeScalars.contains("\u{FFFD}") } ?? false
            holds((text != nil) == (filter != nil && isText && !bytes.contains(0)), "seed \(seed): \(bytes)")
            holds(filter?.isLiteral ?? true == (subject != nil) || filter == nil, "seed \(seed): \(bytes)")
            if let filter {
                holds(filter.tokens.map { Array($0.bytes) } == Naive.tokens(bytes), "seed \(seed): \(bytes)")
            }
            let transform = try? SubjectTransform(from: "*.*.>" as SubjectFilter, to: bytes)
            _ = try? transform?.apply(to: "a.b.c", using: &random)
            _ = try? AssetName(bytes: bytes)
            _ = SubjectFilter(">").matches(bytes)
            for (name, isThere) in [
                ("filter", filter != nil), ("subject", subject != nil), ("strict", strict != nil),
                ("text", text != nil),
                ("transform", transform != nil), ("wildcards", filter?.isLiteral == false),
            ] where isThere { counts[name, default: 0] += 1 }
        }
        for (name, count) in counts { #expect(count > 0, "\(name)") }
        #expect(counts.count == 6)
    }
}
