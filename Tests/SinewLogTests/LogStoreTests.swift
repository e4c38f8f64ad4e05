// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewLog
import TestSupport
import Testing

@Suite("Log stores on this machine's disk", .timeLimit(.minutes(2)))
struct LogStoreTests {
    private func texts(_ reader: LogReader) throws -> [String] {
        var reader = reader
        var texts: [String] = []
        while let record = try reader.next() { texts.append(record.text) }
        return texts
    }

    @Test("What was appended is read, also after the store was opened again")
    func appended() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/deep/store"
        var store = try await LogStore.open(path)
        var log = try await store.log("orders")
        for number in 0..<100 {
            let receipt = try await log.append(LogEntry("order \(number)"))
            #expect(receipt.offset == UInt64(number) && receipt.level == .durable && receipt.epoch == 1)
            #expect(log.durableEnd == UInt64(number + 1))
        }
        let several = try await log.append(atomically: ["a", "b", "c"].map { LogEntry($0) }, ack: .written)
        #expect(several.offset == 100 && several.level == .written)
        await store.close()
        let all = (0..<100).map { "order \($0)" } + ["a", "b", "c"]
        #expect(try texts(log.reader()) == all)
        store = try await LogStore.open(path)
        log = try await store.log("orders")
        #expect(log.nextOffset == 103 && log.cut == nil)
        #expect(try texts(log.reader(from: 98)) == Array(all[98...]))
        await store.close()
    }

    @Test("Many tasks append at the same time, and each gets an offset of its own that lasts")
    func concurrent() async throws {
        let directory = try TemporaryDirectory()
        let store = try await LogStore.open(directory.path)
        let log = try await store.log("orders")
        let offsets = try await withThrowingTaskGroup(of: (UInt64, String).self) { group in
            for task in 0..<64 {
                group.addTask {
                    let text = "task \(task)"
                    let receipt = try await log.append(LogEntry(text), ack: task % 3 == 0 ? .written : .durable)
                    return (receipt.offset, text)
                }
            }
            return try await group.reduce(into: [UInt64: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(offsets.keys.sorted() == Array(0..<64))
        await store.close()
        let read = try texts(log.reader())
        #expect(read == (0..<64).map { offsets[$0] })
    }

    @Test("Whoever waits for room gets it when something was written")
    func room() async throws {
        let directory = try TemporaryDirectory()
        var options = LogWriterOptions()
        options.arenaBytes = 4096
        options.segmentBytes = 20_000
        let store = try await LogStore.open(directory.path, options: options)
        let log = try await store.log("orders")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    for _ in 0..<20 {
                        try await log.append(LogEntry([UInt8](repeating: 7, count: 900)), ack: .accepted)
                    }
                }
            }
            try await group.waitForAll()
        }
        await store.close()
        #expect(try texts(log.reader()).count == 1000)
    }

    @Test("One process has a store, and once")
    func locked() async throws {
        let directory = try TemporaryDirectory()
        let store = try await LogStore.open(directory.path)
        await #expect {
            try await LogStore.open(directory.path)
        } throws: {
            ($0 as? LogError)?.cause?.code == .locked
        }
        await store.close()
        let again = try await LogStore.open(directory.path)
        await again.close()
    }

    @Test("A log that is closed takes nothing more, and a store that nobody refers to is closed")
    func closing() async throws {
        let directory = try TemporaryDirectory()
        var store: LogStore? = try await LogStore.open(directory.path)
        var log = try await store?.log("orders")
        try await log?.append(LogEntry("x"), ack: .accepted)
        await store?.close()
        await #expect { try await log?.append(LogEntry("y")) } throws: { ($0 as? LogError)?.code == .closed }
        log = nil
        store = try await LogStore.open(directory.path)
        log = try await store?.log("orders")
        try await log?.append(LogEntry("z"), ack: .accepted)
        (log, store) = (nil, nil)
        // Its thread ends it, and lets go of the lock.
        try await eventually {
            guard let store = try? await LogStore.open(directory.path) else { return false }
            guard let log = try? await store.log("orders") else { return false }
            let read = try? texts(log.reader())
            await store.close()
            return read == ["x", "z"]
        }
    }

    @Test("A task that is cancelled does not wait, and leaves nothing behind")
    func cancellation() async throws {
        let directory = try TemporaryDirectory()
        let store = try await LogStore.open(directory.path)
        let log = try await store.log("orders")
        for number in 0..<200 {
            let task = Task { try await log.append(LogEntry("\(number)")) }
            if number % 2 == 0 { await Task.yield() }
            task.cancel()
            do { _ = try await task.value } catch let error as LogError { #expect(error.code == .cancelled) }
        }
        try await log.append(LogEntry("last"))
        await store.close()
        #expect(try texts(log.reader()).last == "last")
    }

    @Test("Names of logs that would be paths, and directories of something else, are refused")
    func names() async throws {
        let directory = try TemporaryDirectory()
        let store = try await LogStore.open(directory.path)
        for name in ["", ".", "..", "a/b", "../x", "ä", String(repeating: "x", count: 65)] {
            await #expect { try await store.log(name) } throws: { ($0 as? LogError)?.code == .name }
        }
        await store.close()
        let file = try SystemFiles().open(directory.path + "/STORE", for: .writing)
        try file.write([1, 2, 3], at: 0)
        await #expect { try await LogStore.open(directory.path) } throws: { ($0 as? LogError)?.code == .format }
    }
}
