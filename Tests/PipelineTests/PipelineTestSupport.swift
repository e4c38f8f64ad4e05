// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PipelineCore
import TestSupport

extension SeededGenerator {
    /// Bytes that hold everything a word counter looks at: letters, all kinds of space, NUL, control and high bytes.
    mutating func bytes(upTo limit: Int) -> [UInt8] {
        let interesting: [UInt8] = [
            0x20, 0x20, 0x09, 0x0A, 0x0A, 0x0B, 0x0C, 0x0D, 0x00, 0x01, 0x1F, 0x7F, 0x80, 0xA0, 0xC3, 0xFF,
            0x21, 0x7E, 0x61, 0x61, 0x62, 0x63,
        ]
        let onlyText = Bool.random(using: &self)
        return (0..<Int.random(in: 0...limit, using: &self)).map { _ in
            if onlyText { return Bool.random(using: &self) ? 0x61 : (Bool.random(using: &self) ? 0x20 : 0x0A) }
            if Int.random(in: 0..<4, using: &self) == 0 { return UInt8.random(in: .min ... .max, using: &self) }
            return interesting.randomElement(using: &self) ?? 0
        }
    }
}

extension TemporaryDirectory {
    var filePath: FilePath { FilePath(path) }

    /// Writes a file, with the folders that it needs.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return FilePath(file.path)
    }
}

/// The count of some bytes in the plainest way there is.
func naiveCount(_ bytes: [UInt8]) -> (count: FileCount, words: [[UInt8]: Int]) {
    let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D]
    var count = FileCount(lines: bytes.filter { $0 == 0x0A }.count, bytes: bytes.count)
    var table: [[UInt8]: Int] = [:]
    for run in bytes.split(whereSeparator: { spaces.contains($0) }) {
        guard run.contains(where: { (33...126).contains($0) }) else { continue }
        count.words += 1
        if run.count > WordCounter.maxWordBytes { count.longWords += 1 } else { table[Array(run), default: 0] += 1 }
    }
    return (count, table)
}

extension WordTable {
    /// The table as a dictionary, for comparison.
    var dictionary: [[UInt8]: Int] {
        Dictionary(uniqueKeysWithValues: entries.map { (Array($0.word), $0.count) })
    }
}

/// Runs a command and returns what it wrote, or nil when it is not there or failed.
func output(of command: String, _ arguments: [String], environment: [String: String]) async throws -> String? {
    try await onThread { try run(command, arguments, environment) }
}

private func run(_ command: String, _ arguments: [String], _ environment: [String: String]) throws -> String? {
    guard FileManager.default.isExecutableFile(atPath: command) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command)
    process.arguments = arguments
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(data: data, encoding: .utf8) : nil
}
