// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import TestSupport
import Testing

@Suite("The format of vectors", .timeLimit(.minutes(1)))
struct SubjectVectorFileTests {
    private func file(_ rows: String...) -> SubjectVectorFile {
        SubjectVectorFile(Array(([SubjectVectorFile.header] + rows).joined(separator: "\n").utf8))
    }

    private func complaints(_ file: SubjectVectorFile) -> [String] { file.rows.compactMap(file.complaint) }

    @Test(
        "escapes are those of Go",
        arguments: [
            (#"\t\r\n\f\v\a\b\\\"\'"#, [9, 13, 10, 12, 11, 7, 8, 0x5C, 0x22, 0x27]), (#"\x00\xfF"#, [0, 255]),
            (#"\u00a0\U0001F600"#, [0xC2, 0xA0, 0xF0, 0x9F, 0x98, 0x80]), (#"\000\377a"#, [0, 255, 97]),
            ("ö", [0xC3, 0xB6]), ("", []),
        ] as [(String, [UInt8])]
    )
    func escapes(text: String, bytes: [UInt8]) throws {
        let decoded = try GoEscapes.decode(Array(text.utf8))
        #expect(decoded == bytes)
    }

    @Test(arguments: [
        #"\"#, #"\q"#, #"\x1"#, #"\xg0"#, #"\u12"#, #"\ud800"#, #"\UFFFFFFFF"#, #"\08"#, #"\400"#, #"\7"#,
    ])
    func wrongEscapes(text: String) {
        #expect(throws: DataError.self) { try GoEscapes.decode(Array(text.utf8)) }
    }

    @Test(
        "a row that cannot be understood fails, with its line",
        arguments: [
            ("match\ta", "2 columns"), ("match\ta\ta\ttrue\t", "5 columns"), ("x\t-\ta\ttrue", "no such kind"),
            ("match\t-\ta\ttrue", "needs a pattern"), ("match\ta\t-\ttrue", "needs a subject"),
            ("valid_subject\ta\ta\ttrue", "no pattern"), ("match\ta\ta\tyes", "true or false"),
            ("match\ta\ta\t", "true or false"), ("match\ta\\\ta\ttrue", "backslash"),
            ("transform\ta\ta\ta", "source => destination"),
            ("transform_valid\ta=>b\t-\ttrue", "source => destination"),
            (SubjectVectorFile.header, "no such kind"),
        ]
    )
    func malformed(row: String, reason: String) {
        let file = file("match\ta\ta\ttrue", row)
        let complaints = complaints(file)
        #expect(file.rows.count == 2 && complaints.count == 1)
        #expect(complaints.first?.hasPrefix("line 3: ") == true && complaints.first?.contains(reason) == true)
    }

    @Test("what disagrees is named with our answer")
    func disagreement() async {
        let file = file("match\t*\ta\ttrue", "", "match\t*\ta\tfalse", "subset_upstream_quirk\t*\ta\ttrue\r", "")
        let complaints = complaints(file)
        let expected = [
            "line 4: match\t*\ta\tfalse: we answer true",
            "line 5: subset_upstream_quirk\t*\ta\ttrue: we also answer true",
        ]
        #expect(complaints == expected)
        var reported: [String] = []
        let summary = await file.check { reported.append($0) }
        #expect(reported == expected && summary.description == "1 passed, 2 failed" && !summary.isSuccess)
    }

    @Test func filesWithoutRowsAndWithoutHeader() async {
        for text in ["", "\n\n", SubjectVectorFile.header, SubjectVectorFile.header + "\r\n"] {
            let summary = await SubjectVectorFile(Array(text.utf8)).check { _ in }
            #expect(!summary.isSuccess && summary.failed == 0)
        }
        let bare = await SubjectVectorFile(Array("match\ta\ta\ttrue\nmatch\ta\tb\tfalse".utf8)).check { _ in }
        #expect(bare.isSuccess && bare.passed == 2)
    }

    @Test(
        "errors of transforms have the words of nats-server",
        arguments: [
            ("a.* => $1", "b.c", "ERR no matching transforms available"), ("a.* => $1", "a..c", "ERR invalid subject"),
            ("a..* => $1", "a", "ERR invalid subject"),
            ("* => x.{{f(1)}}", "a", "ERR invalid mapping destination: unknown function in {{f(1)}}"),
            ("* => x.$2", "a", "ERR invalid mapping destination: wildcard index out of range in $2"),
            ("* => {{random(1)}}", "a", "0"), (" => b.>", "a", "b.a"),
        ]
    )
    func transformErrors(transform: String, subject: String, answer: String) {
        let complaints = complaints(file("transform\t\(transform)\t\(subject)\t\(answer)"))
        #expect(complaints == [])
    }

    @Test("a row with a random number has an answer")
    func randomNumbers() {
        for count in [2, 3, 7, 1000] {
            let complaints = complaints(file("transform\t* => x.{{random(\(count))}}\ta\ty"))
            #expect(complaints.first?.contains("we answer x.") == true)
        }
    }

    @Test("no bytes are a trap, and no line is left out", arguments: [1, 2] as [UInt64])
    func anyBytes(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let kinds = SubjectVector.Kind.allCases.map(\.rawValue)
        let pieces = [
            "\t", "\t", "\n", "a", ".", "*", ">", "\\", "x41", "-", "true", " => ", "$1", "{{", "left(1,2)", "}}",
        ]
        var (lines, understood) = (0, 0)
        for _ in 0..<5000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                bytes += Array(kinds.randomElement(using: &random)!.utf8)
                for _ in 0..<Int.random(in: 0...12, using: &random) {
                    bytes += Array(pieces.randomElement(using: &random)!.utf8)
                }
                if Int.random(in: 0..<4, using: &random) == 0 { bytes += random.bytes(2) }
                bytes += Array("\ttrue\n".utf8)
            }
            let file = SubjectVectorFile(bytes)
            let expected = bytes.split(separator: 0x0A).count { $0 != [0x0D] }
            #expect(file.rows.count == expected, "seed \(seed): \(bytes)")
            let summary = await file.check { _ in }
            #expect(summary.passed + summary.failed == expected)
            lines += expected
            understood += file.rows.count { if case .vector = $0 { true } else { false } }
        }
        #expect(lines > 5000 && understood > 50)
    }
}
