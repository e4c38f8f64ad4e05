// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing

/// Each rule is shown a file that breaks it, and a file that does not although it looks like it.
@Suite("Each rule sees what it forbids", .serialized)
struct PlantedViolationTests {
    struct Plant: Sendable, CustomTestStringConvertible {
        let rule: Rule
        let path: String
        let text: String
        /// The lines that break the rule.
        let lines: [Int]

        init(_ rule: Rule, _ text: String, in path: String = "Sources/SinewCore/A.swift", lines: [Int]) {
            self.rule = rule
            self.path = path
            self.text = text
            self.lines = lines
        }

        var testDescription: String { "\(rule) in \(path), lines \(lines)" }
    }

    @Test(arguments: broken + longFunctions + kept)
    func plant(_ plant: Plant) {
        let found = plant.rule.violations(in: SourceFile(path: plant.path, text: plant.text))
        #expect(found.map(\.line) == plant.lines)
    }

    @Test("no rule is without a planted violation")
    func everyRuleIsPlanted() {
        let planted = Set((Self.broken + Self.longFunctions).filter { !$0.lines.isEmpty }.map(\.rule))
        #expect(planted == Set(Rule.allCases))
    }

    private static let marker = "TO" + "DO"

    private static let broken: [Plant] = [
        Plant(.fileLength, String(repeating: "\n", count: 701), lines: [701]),
        Plant(.lineLength, "let a = 1\n// \(String(repeating: "a", count: 118))", lines: [2]),
        Plant(.lineLength, String(repeating: "a", count: 121), in: "Tests/TidyTests/A.swift", lines: [1]),
        Plant(.uncheckedSendable, "\nfinal class A: @unchecked Sendable {}", lines: [2]),
        Plant(.nonisolatedUnsafe, "nonisolated(unsafe) var a = 1", lines: [1]),
        Plant(.unsafeKeyword, "let a = 1\nlet b = unsafe f()\nunsafe g()\nreturn try unsafe h()", lines: [2, 3, 4]),
        Plant(.unsafeKeyword, "let a = unsafe f()", in: "Examples/A/B.swift", lines: [1]),
        Plant(.bindingImport, "import CZeroMQ", in: "Sources/SinewBus/A.swift", lines: [1]),
        Plant(.bindingImport, "\ninternal import CZeroMQ", in: "Examples/A/B.swift", lines: [2]),
        Plant(.pureImport, "import Synchronization\nimport ZeroMQ\npublic import Glibc", lines: [2, 3]),
        Plant(.pureImport, "@preconcurrency import struct Foundation.Data", lines: [1]),
        Plant(
            .pureImport,
            "import SinewCore\nimport ZeroMQ",
            in: "Sources/SinewSubjects/Index/A.swift",
            lines: [1, 2]
        ),
        Plant(.pureImport, "import SinewSubjects\nimport ZeroMQ", in: "Sources/SinewMembership/A.swift", lines: [2]),
        Plant(.pureImport, "#if PlantedBugs\nimport Glibc\n#endif", in: "Sources/SinewTesting/A.swift", lines: [2]),
        Plant(.platformImport, "internal import Foundation", in: "Sources/ZeroMQ/A.swift", lines: [1]),
        Plant(.platformImport, "#if os(Linux)\nimport Dispatch\n#endif", in: "Sources/ZeroMQ/A.swift", lines: [2]),
        Plant(.unfinishedWork, "let a = 1\n// \(marker): more", lines: [2]),
        Plant(.unfinishedWork, "int a; /* \(marker) */", in: "Sources/CSinewShims/a.c", lines: [1]),
        Plant(.licenseHeader, "import Synchronization\n", lines: [1]),
        Plant(.licenseHeader, "#include <a.h>\n", in: "Sources/CSinewShims/a.c", lines: [1]),
        Plant(.serializedSuite, "@Suite(.timeLimit(.minutes(3)))\nstruct A {}", in: suite, lines: [1]),
        Plant(.serializedSuite, "@Suite struct A {}\n@Suite(.serialized) struct B {}", in: suite, lines: [1]),
        Plant(
            .serializedSuite,
            "@Suite(.serialized)\nstruct A {}\n@Suite(\".serialized\")\nstruct B {}",
            in: suite,
            lines: [3]
        ),
        Plant(.serializedSuite, "struct A {\n    @Test func a() {}\n}", in: suite, lines: [2]),
        Plant(.plantedBug, "let a = PlantedBug.first\nvar plantedBugs = 1", lines: [1, 2]),
        Plant(.plantedBug, "#if PlantedBugs\n#else\nPlantedBug()\n#endif", lines: [3]),
        Plant(.plantedBug, "#if !PlantedBugs\nPlantedBug()\n#endif", in: simulation, lines: [2]),
        Plant(.plantedBug, "#if PlantedBugs || DEBUG\nPlantedBug()\n#endif", in: simulation, lines: [2]),
        Plant(.plantedBug, "#if PlantedBugs\na()\n#endif\nPlantedBug()", in: "Sources/SinewCLI/A.swift", lines: [4]),
        Plant(.plantedBug, "#if PlantedBugs\n#if DEBUG\n#endif\n#endif\nf(PlantedBug.a)", lines: [5]),
    ]

    private static let simulation = "Sources/Simulations/A.swift"
    private static let suite = "Tests/ZeroMQTests/A.swift"

    private static func body(_ lines: Int) -> String { String(repeating: "    a()\n", count: lines) }

    private static let longFunctions: [Plant] = [
        Plant(.functionLength, "func a() {\n\(body(69))}", lines: [1]),
        Plant(.functionLength, "\nfunc a() {\n\(body(68))}", lines: []),
        Plant(.functionLength, "struct A {\n    init?(\n        b: Int = { 1 }()\n    ) {\n\(body(67))}}", lines: [2]),
        Plant(.functionLength, "deinit {\n\(body(69))}", lines: [1]),
        Plant(.functionLength, "var a: Int {\n\(body(69))}", lines: [1]),
        Plant(.functionLength, "subscript(a: Int) -> Int {\n    get {\n\(body(69))    }\n}", lines: [1, 2]),
        Plant(.functionLength, "protocol P {\n    func a()\n    func b()\n}\nstruct S {\n\(body(80))}", lines: []),
        Plant(.functionLength, "func a() { \"}\" /* } */\n\(body(69))}", lines: [1]),
        Plant(.functionLength, "func a()\nwhere B: C {\n\(body(68))}", lines: [1]),
    ]

    private static let kept: [Plant] = [
        Plant(.fileLength, String(repeating: "\n", count: 700), lines: []),
        Plant(.lineLength, "// \(String(repeating: "\u{e9}", count: 117))", lines: []),
        Plant(.uncheckedSendable, "// never @unchecked Sendable", lines: []),
        Plant(.uncheckedSendable, "@unchecked Sendable", in: "Sources/SinewCore/Locking/Locked.swift", lines: []),
        Plant(.nonisolatedUnsafe, "let a = \"nonisolated(unsafe)\"", lines: []),
        Plant(.unsafeKeyword, "/// This is unsafe to do\nlet unsafely = 1\nlet b = \"unsafe f()\"", lines: []),
        Plant(.unsafeKeyword, "let b = \"\"\"\n    unsafe f()\n    \"\"\"\n/* unsafe /* a */ b() */", lines: []),
        Plant(.unsafeKeyword, "let a = unsafe f()", in: "Sources/ZeroMQ/A.swift", lines: []),
        Plant(.unsafeKeyword, "@unsafe func a()\ng(unsafe f())", lines: [1, 2]),
        Plant(.unsafeKeyword, "let b = \"a \\(unsafe f()) unsafe b\"\nlet c = #\"\\(unsafe f()\"#", lines: [1]),
        Plant(.bindingImport, "internal import CZeroMQ", in: "Sources/ZeroMQ/A.swift", lines: []),
        Plant(.pureImport, "import CSinewShims\nimport Synchronization\n// import Glibc", lines: []),
        Plant(.platformImport, "import Foundation", in: "Examples/A/B.swift", lines: []),
        Plant(
            .serializedSuite,
            "@Suite(\n    .serialized,\n    .timeLimit(.minutes(3))\n)\nstruct A {}",
            in: suite,
            lines: []
        ),
        Plant(.serializedSuite, "extension A {\n    @Test func a() {}\n}", in: suite, lines: []),
        Plant(.serializedSuite, "@Suite struct A { @Test func a() {} }", in: "Tests/TidyTests/A.swift", lines: []),
        Plant(.plantedBug, "#if PlantedBugs\nif bug == PlantedBug.first { return }\n#endif", lines: []),
        Plant(.plantedBug, "#if PlantedBugs\n#if DEBUG\na()\n#else\nPlantedBug()\n#endif\n#endif", lines: []),
        Plant(.plantedBug, "#if os(Linux)\n#elseif PlantedBugs\nPlantedBug()\n#endif", lines: []),
        Plant(.plantedBug, "/// Built with the trait `PlantedBugs`.\nlet a = \"PlantedBugs\"", lines: []),
        Plant(.plantedBug, "PlantedBug()", in: "Tests/SimulationTests/A.swift", lines: []),
        Plant(.unfinishedWork, "let \(marker)s = \"x\(marker)\"", lines: []),
    ]
}
