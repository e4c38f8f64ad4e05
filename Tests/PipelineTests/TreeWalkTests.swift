// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite("Finding and reading files", .serialized)
struct TreeWalkTests {
    private func makePipe(_ url: URL) async throws {
        try #require(try await output(of: "/usr/bin/mkfifo", [url.path], environment: [:]) != nil)
    }

    private func names(_ items: [TreeWalk.Item], below folder: TemporaryDirectory) -> [String] {
        items.map { item in
            switch item {
            case .file(let path, _): String(path.description.dropFirst(folder.path.count + 1))
            case .problem(let problem): "problem: \(problem.failure.operation)"
            }
        }
    }

    @Test("finds every regular file, in the order of the names, and nothing else")
    func findsFiles() async throws {
        let folder = try TemporaryDirectory()
        for name in ["b", "a/2", "a/1", "a/.hidden", ".git/x", ".build/x", ".build-me/x", "a/.git/x", ".gitignore"] {
            try folder.write([0x61], to: name)
        }
        let manager = FileManager.default
        try manager.createSymbolicLink(
            at: folder.url.appendingPathComponent("link"),
            withDestinationURL: folder.url.appendingPathComponent("a")
        )
        try manager.createSymbolicLink(
            at: folder.url.appendingPathComponent("a/loop"),
            withDestinationURL: folder.url
        )
        try await makePipe(folder.url.appendingPathComponent("fifo"))
        let found = Array(TreeWalk([folder.filePath]))
        #expect(names(found, below: folder) == [".gitignore", "a/.hidden", "a/1", "a/2", "b"])
        // A link that is given, and a folder that would be left out, are looked into; a pipe that is given is a
        // problem.
        let given = ["link", ".build", "fifo", "nowhere"].map { FilePath(folder.url.appendingPathComponent($0).path) }
        #expect(
            names(Array(TreeWalk(given)), below: folder)
                == ["a/.hidden", "a/1", "a/2", ".build/x", "problem: kind", "problem: find"]
        )
    }

    @Test("a folder with too many entries is a problem, not a file less")
    func entryLimit() throws {
        let folder = try TemporaryDirectory()
        for number in 0..<5 { try folder.write([], to: "\(number)") }
        #expect(names(Array(TreeWalk([folder.filePath], entryLimit: 4)), below: folder) == ["problem: list"])
        #expect(Array(TreeWalk([folder.filePath], entryLimit: 5)).count == 5)
    }

    @Test("names with spaces, newlines and any letters are found, sent and read")
    func unusualNames() async throws {
        let folder = try TemporaryDirectory()
        let name = " a\nb\u{1B} caf\u{E9}-\u{1F980}\\\"'"
        try folder.write(Array("two words".utf8), to: name)
        guard case .file(let found, let size) = Array(TreeWalk([folder.filePath])).first else {
            Issue.record("the file was not found")
            return
        }
        #expect(found.bytes.suffix(name.utf8.count).elementsEqual(name.utf8) && size == 9)
        let job = PipelineMessage.job(run: .none, id: 0, path: found)
        #expect(try PipelineMessage(decoding: job.encoded()) == job)
        let count = try await FileReading.countSequentially([found])
        #expect(count.words.dictionary == [Array("two".utf8): 1, Array("words".utf8): 1])
    }

    #if os(Linux)
    @Test("a name that is not UTF-8 is a problem, even beside a file that Foundation takes it for")
    func namesOfAnyBytes() async throws {
        let folder = try TemporaryDirectory()
        let script = #"printf 'x' >"$1/$(printf 'a\377')"; printf 'x' >"$1/$(printf 'b\377')"; printf 'y' >"$1/c""#
        _ = try await output(of: "/bin/sh", ["-c", script, "sh", folder.url.path], environment: [:])
        try folder.write([0x61], to: "b\u{FFFD}")
        let found = names(Array(TreeWalk([folder.filePath])), below: folder)
        #expect(found.sorted() == ["b\u{FFFD}", "c", "problem: name", "problem: name"])
    }
    #endif

    @Test("a file longer than a block is counted as a whole, and the caller gets a turn after each block")
    func longFile() async throws {
        let folder = try TemporaryDirectory()
        let (bytes, wanted) = try await onThread {
            var random = SeededGenerator(seed: 7)
            let bytes = (0..<300).flatMap { _ in random.bytes(upTo: 8000) }
            return (bytes, naiveCount(bytes))
        }
        let path = try folder.write(bytes, to: "long")
        var counter = WordCounter()
        var turns = 0
        var taken = WordTable()
        let result = try await FileReading.count(path, with: &counter) { counter in
            turns += 1
            taken.merge(counter.takeWords())
        }
        taken.merge(counter.takeWords())
        #expect(result.count == wanted.count && result.isStable && result.stamp.sizeBytes == Int64(bytes.count))
        #expect(taken.dictionary == wanted.words)
        #expect(turns == (bytes.count + FileReading.blockBytes - 1) / FileReading.blockBytes)
    }

    @Test("a file that grows while it is read is not stable")
    func growingFile() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write([UInt8](repeating: 0x61, count: FileReading.blockBytes), to: "grows")
        let handle = try FileHandle(forWritingTo: folder.url.appendingPathComponent("grows"))
        try handle.seekToEnd()
        var counter = WordCounter()
        var grown = false
        let result = try await FileReading.count(path, with: &counter) { _ in
            if !grown { try handle.write(contentsOf: Data("more".utf8)) }
            grown = true
        }
        #expect(!result.isStable && result.count.bytes == FileReading.blockBytes + 4)
    }

    @Test("what cannot be read is a failure of its own file only")
    func failures() async throws {
        let folder = try TemporaryDirectory()
        let good = try folder.write(Array("a b".utf8), to: "good")
        let link = folder.url.appendingPathComponent("link")
        try FileManager.default.createSymbolicLink(
            at: link,
            withDestinationURL: folder.url.appendingPathComponent("good")
        )
        let pipe = folder.url.appendingPathComponent("fifo")
        try await makePipe(pipe)
        let paths = [FilePath("/nowhere/at/all"), folder.filePath, FilePath(link.path), FilePath(pipe.path), good]
        let count = try await FileReading.countSequentially(paths)
        let operations = count.outcomes.map { outcome in
            switch outcome {
            case .failed(let failure): "\(failure.operation)"
            case .counted(let result): "\(result.count.words)"
            }
        }
        #expect(operations == ["open", "kind", "kind", "kind", "2"])
        #expect(count.words.count == 2)
    }
}
