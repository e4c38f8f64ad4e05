// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import Testing

@Suite("Subjects and filters", .timeLimit(.minutes(1)))
struct SubjectTests {
    @Test func tokensOfASubject() {
        let subject = Subject("orders.us.new")
        #expect(subject.tokenCount == 3)
        #expect(subject.tokens.map(\.description) == ["orders", "us", "new"])
        #expect(subject.tokens.map(\.range) == [0..<6, 7..<9, 10..<13])
        #expect(subject.description == "orders.us.new" && subject.bytes == Array("orders.us.new".utf8))
        let one: Subject = "one"
        #expect(one.tokenCount == 1 && Array(one.tokens).count == 1)
    }

    @Test func tokensOfAFilter() {
        let filter = SubjectFilter("a.*.b*.>")
        #expect(filter.tokens.map(\.kind) == [.literal, .any, .literal, .rest])
        #expect(!filter.isLiteral && filter.tokenCount == 4)
        let literal: SubjectFilter = "a.b*"
        #expect(literal.isLiteral && literal.tokens.allSatisfy { $0.kind == .literal })
    }

    @Test func filtersAndSubjectsBecomeEachOther() throws {
        let subject: Subject = "a.b*"
        #expect(SubjectFilter(subject) == "a.b*" && SubjectFilter(subject).isLiteral)
        #expect(Subject(SubjectFilter(subject)) == subject)
        #expect(Subject("a.*" as SubjectFilter) == nil && Subject(">" as SubjectFilter) == nil)
    }

    @Test func orderIsThatOfTheBytes() {
        let subjects: [Subject] = ["a.b", "a", "B", "a-b"]
        #expect(subjects.sorted() == ["B", "a", "a-b", "a.b"])
        let filters: [SubjectFilter] = [">", "*", "a.>", "a.*"]
        #expect(filters.sorted() == ["*", ">", "a.*", "a.>"])
        #expect(Set(filters + filters).count == 4)
    }

    @Test("a wrong literal ends the program with its reason")
    func wrongLiterals() async throws {
        let subject = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = "a..b" as Subject
        }
        let reason = String(decoding: subject?.standardErrorContent ?? [], as: UTF8.self)
        #expect(reason.contains("'a..b'") && reason.contains("token 2"), "\(reason)")
        await #expect(processExitsWith: .failure) { _ = "a.*" as Subject }
        await #expect(processExitsWith: .failure) { _ = ">.a" as SubjectFilter }
        await #expect(processExitsWith: .success) { _ = "*.>" as SubjectFilter }
    }
}
