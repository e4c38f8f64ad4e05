// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewLog
import SinewTesting
import TestSupport
import Testing

@Suite("A log whose machine loses its power", .timeLimit(.minutes(5)))
struct LogCrashTests {
    /// How many histories; each has several crashes.
    static let seeds: Range<UInt64> = SimulationBudget.range(debug: 40, release: 1500)

    @Test(
        "Keeps what it said to last, and shows nothing that was not appended",
        arguments: SimulatedDisk.Survival.allCases
    )
    func crashes(survival: SimulatedDisk.Survival) throws {
        for seed in Self.seeds {
            var bench = LogBench(seed: seed)
            bench.options.segmentBytes = [2000, 20_000, 1 << 20].randomElement(using: &bench.random) ?? 2000
            bench.options.flush =
                [.everyCommit, .bySystem, .bytes(5000)].randomElement(using: &bench.random) ?? .bySystem
            bench.options.batchBytes = [100, 4000].randomElement(using: &bench.random) ?? 100
            try bench.open()
            bench.isBusy = true
            for crash in 0..<4 {
                let place = "\(survival), seed \(seed), crash \(crash)"
                try run(&bench, place)
                bench.disk.crash(keeping: survival, using: &bench.random)
                try bench.recover(survival, place)
            }
        }
    }

    @Test("Goes on after a disk that was full, and says of nothing that was refused that it is there")
    func fullDisk() throws {
        try failing(with: .noSpace) { bench, place in
            try #require(bench.errors.allSatisfy { $0.code == .noSpace && $0.isRetriable }, "\(place): \(bench.errors)")
            try #require(bench.writer?.dropped == bench.dropped, "\(place): what was dropped is not counted")
            bench.append()
            bench.step(.flush)
            try #require(bench.acknowledged == UInt64(bench.model.count), "\(place): it does not go on")
        }
    }

    @Test("Takes nothing more after a failure of the disk, and says that it is not known what lasts")
    func failingDisk() throws {
        try failing(with: .io) { bench, place in
            let codes = Set(bench.errors.map(\.code))
            try #require(codes.isSubset(of: [.indeterminate, .poisoned]), "\(place): \(codes)")
            try #require(codes.contains(.indeterminate), "\(place): nobody was told")
            bench.append()
            try #require(bench.errors.last?.code == .poisoned, "\(place): it takes more")
        }
    }

    @Test("What can be read after a failed synchronisation is written once more before anything is built on it")
    func reopening() throws {
        for seed in Self.seeds {
            var bench = LogBench(seed: seed)
            try bench.open()
            bench.step(.tick)
            for _ in 0..<3 { bench.append() }
            // The next call writes, and the one after it synchronises.
            bench.disk.fail(at: bench.disk.changes + 2, with: .io)
            bench.step(.flush)
            try #require(bench.errors.map(\.code) == [.indeterminate], "seed \(seed): \(bench.errors)")
            // Nobody has lost his power: the pages are there, and count as written.
            try bench.open()
            bench.acknowledged = UInt64(try LogContents(of: bench.files).records.count)
            try #require(bench.acknowledged == UInt64(bench.model.count), "seed \(seed)")
            bench.append()
            bench.step(.flush)
            bench.disk.crash(keeping: .nothing, using: &bench.random)
            try bench.recover(.nothing, "seed \(seed)")
        }
    }

    /// Histories in which one call fails.
    private func failing(
        with code: FileError.Code,
        _ check: (inout LogBench, String) throws -> Void
    ) throws {
        var failures = 0
        for seed in Self.seeds {
            var bench = LogBench(seed: seed)
            bench.options.segmentBytes = 4000
            try bench.open()
            let place = "\(code), seed \(seed)"
            let failing = bench.disk.changes + Int.random(in: 1...20, using: &bench.random)
            bench.disk.fail(at: failing, with: code)
            for _ in 0..<30 {
                for _ in 0..<Int.random(in: 0...5, using: &bench.random) { bench.append() }
                bench.step(.tick)
            }
            if bench.disk.changes >= failing, !bench.errors.isEmpty {
                failures += 1
                try check(&bench, place)
            }
            for survival in [SimulatedDisk.Survival.anything, .prefix] {
                bench.disk.crash(keeping: survival, using: &bench.random)
                try bench.recover(survival, place)
            }
        }
        #expect(failures > Self.seeds.count / 2, "the test provoked nothing")
    }

    @Test("A log that was closed is opened as it was, in its epoch")
    func closing() throws {
        for seed in Self.seeds {
            var bench = LogBench(seed: seed)
            bench.options.segmentBytes = 3000
            bench.options.flush = .bySystem
            try bench.open()
            for _ in 0..<10 {
                for _ in 0..<Int.random(in: 0...5, using: &bench.random) { bench.append() }
                bench.step(.tick)
            }
            bench.append()
            bench.step(.close)
            try #require(bench.isClosed && bench.errors.isEmpty, "seed \(seed): \(bench.errors)")
            let epoch = try #require(bench.writer?.epoch)
            bench.disk.crash(keeping: .nothing, using: &bench.random)
            try bench.open()
            let contents = try LogContents(of: bench.files)
            try #require(contents.records.map { Array($0.payload) } == bench.model.map(\.payload), "seed \(seed)")
            try #require(bench.writer?.epoch == epoch, "seed \(seed): another epoch")
            // What is shown from now on and lost without a trace is not the epoch's any more.
            for _ in 0..<3 { bench.append() }
            bench.step(.tick)
            bench.disk.crash(keeping: .nothing, using: &bench.random)
            try bench.recover(.nothing, "closed and opened, seed \(seed)")
        }
    }

    /// Appends for a while, until the power goes.
    private func run(_ bench: inout LogBench, _ place: String) throws {
        let end = bench.disk.changes + Int.random(in: 1...40, using: &bench.random)
        bench.disk.turnOff(at: end)
        var steps = 0
        while !bench.disk.isOff {
            for _ in 0..<Int.random(in: 0...5, using: &bench.random) { bench.append() }
            if Int.random(in: 0..<4, using: &bench.random) == 0 {
                bench.now = bench.now.advanced(by: .milliseconds(200))
            }
            bench.step(Int.random(in: 0..<20, using: &bench.random) == 0 ? .flush : .tick)
            steps += 1
            try #require(steps < 10_000, "\(place): the power never goes")
        }
    }
}
