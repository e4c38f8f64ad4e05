// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewTesting
import TestSupport
import Testing

@Suite("The example of the documentation", .timeLimit(.minutes(1)))
struct ExampleTests {
    @Test("The ring keeps its promises, and its token goes round")
    func ring() throws {
        let result = try ringSuite.explore(0..<40, steps: 500)
        #expect(result.runs == 80)
        #expect(result.tally[.drop] > 0 && result.tally[.partition] > 0)
    }

    @Test("The documentation shows the example as it is compiled")
    func text() throws {
        let file = try PackageRoot.text("Tests/SinewTestingTests/TokenRing.swift")
        let example = try #require(file.split(separator: "// example begins\n").last)
        let shown = try #require(example.split(separator: "\n// example ends").first)
        #expect(shown.count > 1000)
        let page = try PackageRoot.text("Sources/SinewTesting/SinewTesting.docc/SinewTesting.md")
        #expect(page.contains("```swift\n\(shown)\n```"))
    }
}
