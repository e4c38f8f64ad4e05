// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// Counts the instructions of a match with valgrind, which is exact where times are not.
struct Callgrind {
    private let valgrind: URL
    private let strip: URL

    /// nil when valgrind or strip is not installed.
    init?() {
        func tool(_ name: String) -> URL? {
            let folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
            return folders.map { URL(fileURLWithPath: $0).appending(path: name) }
                .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        }
        guard let valgrind = tool("valgrind"), let strip = tool("strip") else { return nil }
        (self.valgrind, self.strip) = (valgrind, strip)
    }

    /// The difference of two runs that differ by many matches and in nothing else.
    func instructions(for variant: String, _ set: SubjectSet) throws -> Double {
        let (few, many) = (20_000, 60_000)
        return (try total(variant, set, many) - total(variant, set, few)) / Double(many - few)
    }

    private func total(_ variant: String, _ set: SubjectSet, _ count: Int) throws -> Double {
        guard let executable = Bundle.main.executableURL else { throw HarnessError("the executable's path is unknown") }
        let folder = FileManager.default.temporaryDirectory.appending(path: "sinew-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (bare, file) = (folder.appending(path: "compare"), folder.appending(path: "totals"))
        // valgrind 3.19 gives up on debug information of DWARF 5 as Swift writes it.
        try run(strip, ["--strip-debug", "-o", bare.path, executable.path])
        let options = SubjectsSuite.options(variant, set, count).filter { $0.key != "core" }
        let arguments = options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        try run(
            valgrind,
            ["--tool=callgrind", "--callgrind-out-file=\(file.path)", bare.path, "child", "subjects-match"] + arguments
        )
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("totals: ") }),
            let total = Double(line.dropFirst("totals: ".count))
        else { throw HarnessError("valgrind did not count the instructions of '\(variant)'") }
        return total
    }

    private func run(_ program: URL, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw HarnessError("\(program.path) ended with \(process.terminationStatus)")
        }
    }
}
