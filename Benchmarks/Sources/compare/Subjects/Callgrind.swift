// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// Counts the instructions of a match with valgrind, which is exact where times are not.
struct Callgrind {
    private let program: String

    /// nil when valgrind is not installed.
    init?() {
        let places = ["/usr/bin/valgrind", "/usr/local/bin/valgrind", "/opt/homebrew/bin/valgrind"]
        guard let program = places.first(where: FileManager.default.isExecutableFile) else { return nil }
        self.program = program
    }

    /// The difference of two runs that differ by many matches and in nothing else.
    func instructions(for variant: String, _ set: SubjectSet) throws -> Double {
        let (few, many) = (20_000, 60_000)
        return (try total(variant, set, many) - total(variant, set, few)) / Double(many - few)
    }

    private func total(_ variant: String, _ set: SubjectSet, _ count: Int) throws -> Double {
        guard let executable = Bundle.main.executableURL else { throw HarnessError("the executable's path is unknown") }
        let file = FileManager.default.temporaryDirectory.appending(path: "sinew-\(UUID().uuidString).callgrind")
        defer { try? FileManager.default.removeItem(at: file) }
        let options = SubjectsSuite.options(variant, set, count).filter { $0.key != "core" }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments =
            ["--tool=callgrind", "--callgrind-out-file=\(file.path)", executable.path, "child", "subjects-match"]
            + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("totals: ") }),
            let total = Double(line.dropFirst("totals: ".count))
        else { throw HarnessError("valgrind did not count the instructions of '\(variant)'") }
        return total
    }
}
