// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport
import Testing

@Suite("Transforms of subjects", .timeLimit(.minutes(1)))
struct SubjectTransformTests {
    /// A transform, a subject, and what becomes of it.
    struct Example: Sendable, CustomTestStringConvertible {
        let source: String
        let destination: String
        let subject: String
        let result: String
        var testDescription: String { "\(source) => \(destination)" }

        init(_ source: String, _ destination: String, _ subject: String, _ result: String) {
            (self.source, self.destination, self.subject, self.result) = (source, destination, subject, result)
        }
    }

    static let examples: [Example] = [
        Example("", "", "a.b", "a.b"), Example(">", "x.>", "a.b", "x.a.b"), Example("", "x.>", "a.b", "x.a.b"),
        Example("a.>", ">", "a.b.c", "b.c"), Example("*.a.>", "$1.>", "x.a.b.c", "x.b.c"),
        Example("*.*", "$2", "a.b", "b"), Example("*.*", "$2.$2.$1", "a.b", "b.b.a"),
        Example("*", "$SYS.$1x.$.{{}}", "a", "$SYS.$1x.$.{{}}"), Example("*", "$x.$1", "a", "$x.a"),
        Example("*.*", "{{ Wildcard ( 2 ) }}", "a.b", "b"), Example("a*", "b*", "a*", "b*"),
        // What is not inside the token leaves it whole.
        Example("*", "{{splitFromLeft(1,2)}}", "12345", "12.345"), Example("*", "{{splitFromLeft(1,0)}}", "12", "12"),
        Example("*", "{{splitFromLeft(1,2)}}", "12", "12"), Example("*", "{{SplitFromRight(1,4)}}", "12345", "1.2345"),
        Example("*", "{{splitFromRight(1,5)}}", "12345", "12345"),
        Example("*", "{{sliceFromLeft(1,3)}}", "1234567890", "123.456.789.0"),
        Example("*", "{{SliceFromLeft(1,5)}}", "1234567890", "12345.67890"),
        Example("*", "{{sliceFromLeft(1,10)}}", "1234567890", "1234567890"),
        Example("*", "{{sliceFromLeft(1,0)}}", "12", "12"), Example("*", "{{sliceFromRight(1,0)}}", "12", "12"),
        Example("*", "{{sliceFromRight(1,5)}}", "1234567890", "12345.67890"),
        Example("*", "{{left(1,3)}}.{{Right(1,2)}}", "12345", "123.45"), Example("*", "{{left(1,9)}}", "12", "12"),
        Example("*", "{{left(1,0)}}.{{right(1,0)}}", "12", "12.12"),
        // Empty parts are left out, also where nats-server would leave a dot.
        Example("*", "{{split(1,-)}}", "--abc", "abc"), Example("*", "{{split(1,--)}}", "a--b---c", "a.b.-c"),
        Example("*", "{{split(1,x)}}", "abc", "abc"), Example("*.*", "{{split( 2 , - )}}", "a.b-c", "b.c"),
        Example("*", "{{partition(0,1)}}.{{random(0)}}.{{random(1)}}", "a", "0.0.0"),
    ]

    @Test(arguments: examples) func example(_ example: Example) throws {
        let transform = try SubjectTransform(from: example.source, to: example.destination)
        var random = SeededGenerator(seed: 1)
        let result = try transform.apply(to: Subject(example.subject), using: &random)
        #expect(result?.description == example.result)
        let plain = transform.isRandom ? nil : try transform.apply(to: Subject(example.subject))
        #expect(plain == (transform.isRandom ? nil : result))
    }

    /// A wrong destination for the source `*.*`, and how it is refused.
    static let refusals: [(String, SubjectError.Code, Int?)] = [
        ("a.*", .wildcardInDestination, 2), ("a.>", .restOnOneSide, nil), ("a..$1", .emptyToken, 2),
        (".a", .emptyToken, 1), ("a.", .emptyToken, 2), ("a b", .whitespace, 1), ("$1.>.a", .restIsNotLast, 2),
        ("$0", .wildcardOutOfRange, 1), ("$3", .wildcardOutOfRange, 1), ("a.$99999999999", .invalidArgument, 2),
        ("a.{{x(1)}}", .unknownFunction, 2), ("{{wildcard}}", .unknownFunction, 1), ("{{()}}", .unknownFunction, 1),
        ("{{WILDCARD(1)}}", .unknownFunction, 1), ("{{wildCard(1)}}", .unknownFunction, 1),
        ("{{wildcard()}}", .tooFewArguments, 1), ("{{wildcard(1,2)}}", .tooManyArguments, 1),
        ("{{wildcard(0)}}", .wildcardOutOfRange, 1), ("{{wildcard(3)}}", .wildcardOutOfRange, 1),
        ("{{wildcard(-1)}}", .invalidArgument, 1), ("{{wildcard(x)}}", .invalidArgument, 1),
        ("{{partition()}}", .tooFewArguments, 1), ("{{partition(x)}}", .invalidArgument, 1),
        ("{{partition(2147483648)}}", .invalidArgument, 1), ("{{partition(5,0)}}", .wildcardOutOfRange, 1),
        ("{{partition(5,1,3)}}", .wildcardOutOfRange, 1), ("{{partition(5,1,)}}", .tooFewArguments, 1),
        ("{{random()}}", .tooFewArguments, 1), ("{{random(1,2)}}", .tooManyArguments, 1),
        ("{{split(1)}}", .tooFewArguments, 1), ("{{split(1,-,-)}}", .tooManyArguments, 1),
        ("{{split(1,)}}", .invalidArgument, 1), ("{{split(1,a b)}}", .invalidArgument, 1),
        ("{{left(1)}}", .tooFewArguments, 1), ("{{right(1,2,3)}}", .tooManyArguments, 1),
        ("{{sliceFromLeft(1,-2)}}", .invalidArgument, 1), ("x{{left(1,2) }}", .whitespace, 1),
        (String(repeating: "x", count: 4097), .tooLong, nil),
    ]

    @Test("what is refused names its token", arguments: refusals)
    func refused(destination: String, code: SubjectError.Code, token: Int?) {
        let error = #expect(throws: SubjectError.self) { try SubjectTransform(from: "*.*", to: destination) }
        #expect(error?.code == code && error?.token == token, "\(error.debugDescription)")
        #expect(error?.advice.isEmpty == false)
    }

    @Test func sourcesThatAreRefused() {
        let cases: [(String, String, SubjectError.Code)] = [
            ("a..b", "x", .emptyToken), ("a.>", "x", .restOnOneSide), ("a", "$1", .wildcardOutOfRange),
            ("a.>", "{{wildcard(1)}}.>", .wildcardOutOfRange), ("a.>", "{{partition(4,1)}}.>", .wildcardOutOfRange),
        ]
        for (source, destination, code) in cases {
            let error = #expect(throws: SubjectError.self) { try SubjectTransform(from: source, to: destination) }
            #expect(error?.code == code, "\(source)")
        }
    }

    @Test("a subject that the source does not match becomes nothing")
    func noMatch() throws {
        let transform = try SubjectTransform(from: "a.*", to: "b.$1")
        let results = [try transform.apply(to: "a"), try transform.apply(to: "b.c"), try transform.apply(to: "a.b.c")]
        #expect(results == [nil, nil, nil])
    }

    @Test("a result that is no subject is an error")
    func wrongResults() throws {
        let cases: [(String, String, SubjectError.Code, SubjectGrammar)] = [
            ("{{split(1,-)}}", "---", .emptySubject, .nats), ("x.{{split(1,-)}}", "---", .emptyToken, .nats),
            ("{{left(1,1)}}", "*a", .wildcardInSubject, .nats), ("{{right(1,1)}}", "a>", .wildcardInSubject, .nats),
            ("{{left(1,1)}}", "é", .invalidText, .strict),
            ("{{sliceFromLeft(1,1)}}", String(repeating: "x", count: 33), .tooManyTokens, .strict),
            ("$1.$1", String(repeating: "x", count: 128), .tooLong, .strict),
            ("$1.$1", String(repeating: "x", count: 2048), .tooLong, .nats),
        ]
        for (destination, subject, code, grammar) in cases {
            let transform = try SubjectTransform(from: "*", to: destination, grammar: grammar)
            let error = #expect(throws: SubjectError.self) { try transform.apply(to: Subject(subject)) }
            #expect(error?.code == code, "\(destination)")
        }
    }

    @Test("random takes its numbers from the generator, and only where there is one")
    func randomNumbers() throws {
        let transform = try SubjectTransform(from: "*", to: "{{random(3)}}.$1")
        let error = #expect(throws: SubjectError.self) { try transform.apply(to: "a") }
        #expect(error?.code == .generatorNeeded && transform.isRandom)
        func numbers(_ seed: UInt64) throws -> [Subject?] {
            var random = SeededGenerator(seed: seed)
            var results: [Subject?] = []
            for _ in 0..<300 { results.append(try transform.apply(to: "a", using: &random)) }
            return results
        }
        let (one, same, other) = (try numbers(1), try numbers(1), try numbers(2))
        #expect(one == same && one != other && Set(one) == ["0.a", "1.a", "2.a"])
    }

    @Test("wildcards in their order give the subject back", arguments: [1, 2] as [UInt64])
    func identity(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let tokens = (0..<Int.random(in: 1...6, using: &random)).map { "t\($0)x" }
            var (source, destination, wildcards) = (tokens, tokens, 0)
            for index in tokens.indices where Bool.random(using: &random) {
                wildcards += 1
                source[index] = "*"
                destination[index] = Bool.random(using: &random) ? "$\(wildcards)" : "{{wildcard(\(wildcards))}}"
            }
            if Bool.random(using: &random) {
                source[tokens.count - 1] = ">"
                destination[tokens.count - 1] = ">"
            }
            let (from, to) = (source.joined(separator: "."), destination.joined(separator: "."))
            let subject = try Subject(tokens.joined(separator: "."))
            let result = try SubjectTransform(from: from, to: to).apply(to: subject)
            #expect(result == subject, "seed \(seed): \(from) => \(to)")
        }
    }
}
