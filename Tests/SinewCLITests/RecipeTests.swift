// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    /// A runbook that does not do what it says is worse than none.
    @Suite("The recipes of Documentation/cli.md", .serialized, .timeLimit(.minutes(10)))
    struct RecipeTests {
        struct Recipe: Sendable, CustomTestStringConvertible {
            let script: String
            let output: String
            var testDescription: String { script.split(separator: "\n").first.map(String.init) ?? "" }
        }

        static let recipes: [Recipe] = {
            let page = URL(filePath: #filePath).appending(path: "../../../Documentation/cli.md").standardized
            let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
            return text.matches(
                of: #/```sh\n(?<script>(?:(?!```)[\s\S])+)```\n\n```text\n(?<printed>(?:(?!```)[\s\S])*)```/#
            )
            .map { Recipe(script: String($0.script), output: String($0.printed)) }
        }()

        @Test(arguments: recipes) func recipe(_ recipe: Recipe) async throws {
            let folder = try Folder()
            let tools = URL(fileURLWithPath: Tool.path).deletingLastPathComponent().path
            let end = try await Tool(shell: "cd \(folder.path); PATH=\(tools):$PATH; \(recipe.script)").end()
            #expect(end.output == recipe.output, "\(end.errors)")
            // On a busy machine it may say that it waits.
            let others = end.errors.split(separator: "\n").filter { !$0.contains("waiting until peers take") }
            #expect(others.isEmpty)
        }

        @Test func thereAreRecipes() { #expect(Self.recipes.count >= 9) }
    }
}
