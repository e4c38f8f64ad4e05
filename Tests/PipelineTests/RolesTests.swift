// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PipelineCore
import TestSupport
import Testing
import ZeroMQ

@testable import pipeline

@Suite("Ventilator, workers and sink", .serialized, .timeLimit(.minutes(10)))
struct RolesTests {
    /// For who is to give up.
    private let quick = Patience(arrival: .seconds(8), silence: .seconds(4))
    /// For all others, on a machine that is busy with other tests.
    private let patient = Patience(arrival: .seconds(120), silence: .seconds(60))

    /// Waits until the sink says that it serves a run.
    private func untilServed(_ run: RunID, _ context: Context) async throws {
        let control = try Control(context, Routes.inproc.control, patient)
        defer { control.close() }
        while try await control.next(within: .seconds(60)) != .beat(run: run) {}
    }

    /// Files whose content is random, and what they hold.
    private func makeFiles(_ count: Int, seed: UInt64, in folder: TemporaryDirectory) throws -> FileCount {
        var random = SeededGenerator(seed: seed)
        var sum = FileCount()
        for number in 0..<count {
            let bytes = random.bytes(upTo: 3000)
            try folder.write(bytes, to: "\(number % 7)/\(number)")
            sum += naiveCount(bytes).count
        }
        return sum
    }

    private func verdict(_ harvest: Sink.Harvest) async throws -> Verdict {
        Verdict(of: harvest.tally, against: try await FileReading.countSequentially(harvest.tally.paths))
    }

    @Test("one process counts what a naive count counts", arguments: [1, 2, 5])
    func oneProcess(workers: Int) async throws {
        let folder = try TemporaryDirectory()
        let wanted = try makeFiles(60, seed: UInt64(workers), in: folder)
        let context = try Context()
        let harvest = try await Count.harvest([folder.filePath], workers: workers, patience: patient, in: context)
        #expect(harvest.failure == nil && harvest.badMessages == 0)
        #expect(harvest.tally.count == wanted && harvest.tally.fileCount == 60)
        let verdict = try await verdict(harvest)
        #expect(verdict.isGood && verdict.wordCheck == .compared)
        try await context.terminate(within: .seconds(30))
    }

    @Test("an empty folder is nothing to count; a missing one is a problem")
    func emptyAndMissing() async throws {
        let folder = try TemporaryDirectory()
        // A context each: a socket gives its inproc name back only some time after it was closed.
        let context = try Context()
        let empty = try await Count.harvest([folder.filePath], workers: 2, patience: patient, in: context)
        try await context.terminate(within: .seconds(30))
        let second = try Context()
        #expect(empty.failure == nil && empty.tally.fileCount == 0 && empty.tally.problemCount == 0)
        let nowhere = FilePath(folder.url.path + "/nowhere")
        let missing = try await Count.harvest([nowhere, FilePath("")], workers: 2, patience: patient, in: second)
        #expect(missing.failure == nil && missing.tally.problemCount == 2)
        #expect(try await !verdict(missing).isGood)
        try await second.terminate(within: .seconds(30))
    }

    @Test("a file with more different words than fit into a message arrives in parts")
    func manyWords() async throws {
        let folder = try TemporaryDirectory()
        let text = (0..<120_000).map { "word\($0)" }.joined(separator: " ")
        try folder.write(Array(text.utf8), to: "long")
        let context = try Context()
        let harvest = try await Count.harvest([folder.filePath], workers: 2, patience: patient, in: context)
        #expect(harvest.tally.words.count == 120_000)
        #expect(try await verdict(harvest).isGood)
        try await context.terminate(within: .seconds(30))
    }

    @Test("three roles with a context each find each other over ipc, in any order of starting", arguments: 0..<3)
    func separateContexts(first: Int) async throws {
        let folder = try TemporaryDirectory()
        let wanted = try makeFiles(40, seed: 9, in: folder)
        let sockets = try TemporaryDirectory()
        let routes = Routes(
            jobs: .ipc("\(sockets.url.path)/j"),
            results: .ipc("\(sockets.url.path)/r"),
            control: .ipc("\(sockets.url.path)/c")
        )
        let path = folder.filePath
        let harvest = try await withThrowingTaskGroup(of: Sink.Harvest?.self) { group in
            for role in 0..<3 {
                let delay = Duration.milliseconds((role + first) % 3 * 300)
                group.addTask {
                    try await Task.sleep(for: delay)
                    let context = try Context()
                    let harvest = try await play(role, routes, path, context)
                    try await context.terminate(within: .seconds(30))
                    return harvest
                }
            }
            var harvest: Sink.Harvest?
            for try await result in group { harvest = result ?? harvest }
            return try #require(harvest)
        }
        #expect(harvest.tally.count == wanted && harvest.failure == nil)
        #expect(try await verdict(harvest).isGood)
    }

    private func play(
        _ role: Int,
        _ routes: Routes,
        _ path: FilePath,
        _ context: Context
    ) async throws -> Sink.Harvest? {
        switch role {
        case 0:
            let sink = try Sink(routes: routes, patience: patient, expectedWorkers: 1, in: context)
            defer { sink.close() }
            let harvest = try await sink.gather()
            try await sink.dismiss(harvest)
            return harvest
        case 1:
            #expect(try await Worker(routes: routes, patience: patient).work(in: context) == 40)
        default:
            #expect(try await Ventilator(routes: routes, patience: patient).work(on: [path], in: context))
        }
        return nil
    }

    @Test("a worker that dies with a job: the sink names the file, and everybody ends")
    func lostWorker() async throws {
        let folder = try TemporaryDirectory()
        _ = try makeFiles(3, seed: 3, in: folder)
        let context = try Context()
        let routes = Routes.inproc
        let sink = try Sink(routes: routes, patience: quick, in: context)
        defer { sink.close() }
        async let complete = Ventilator(routes: routes, patience: patient).work(on: [folder.filePath], in: context)
        async let stolen = steal(routes, context)
        async let harvested = sink.gather()
        let lost = try await stolen
        async let worked = Worker(routes: routes, patience: patient).work(in: context)
        let harvest = try await harvested
        try await sink.dismiss(harvest)
        #expect(harvest.failure?.description.contains("results are missing") == true)
        #expect(try await verdict(harvest).missing.contains(lost))
        #expect(try await !complete)
        _ = try await worked
        sink.close()
        try await context.terminate(within: .seconds(30))
    }

    /// Takes one job, answers a bit of it, and goes away.
    private func steal(_ routes: Routes, _ context: Context) async throws -> FilePath {
        let jobs = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1))
        defer { jobs.close() }
        try jobs.connect(routes.jobs)
        let results = try PushSocket(context: context)
        defer { results.close() }
        try results.connect(routes.results)
        let message = PipelineMessage(try await jobs.receive(timeout: .seconds(60)))
        guard case .job(let run, let id, let path)? = message else { throw PipelineFailure("no job") }
        let words = [WordTable.Entry(word: [0x61], count: 1)]
        _ = try await results.send(.part(run: run, id: id, bytesDone: 2, words: words), within: .seconds(60))
        return path
    }

    @Test("without workers the sink gives up, and tells the ventilator")
    func noWorker() async throws {
        let folder = try TemporaryDirectory()
        _ = try makeFiles(3, seed: 4, in: folder)
        let context = try Context()
        let sink = try Sink(routes: .inproc, patience: quick, in: context)
        defer { sink.close() }
        async let complete = Ventilator(routes: .inproc, patience: patient).work(on: [folder.filePath], in: context)
        let harvest = try await sink.gather()
        try await sink.dismiss(harvest)
        #expect(harvest.failure?.description.contains("start `pipeline worker`") == true)
        #expect(try await !complete)
        sink.close()
        try await context.terminate(within: .seconds(30))
    }

    @Test("each role that is alone says so in time", arguments: 0..<4)
    func alone(role: Int) async throws {
        let context = try Context()
        let impatient = Patience(arrival: .seconds(1), silence: .seconds(1))
        await #expect(throws: PipelineFailure.self) {
            switch role {
            case 0: _ = try await Ventilator(routes: .inproc, patience: impatient).work(on: [], in: context)
            case 1: try await Worker(routes: .inproc, patience: impatient).work(in: context)
            default:
                let sink = try Sink(routes: .inproc, patience: impatient, expectedWorkers: role - 2, in: context)
                defer { sink.close() }
                _ = try await sink.gather()
            }
        }
        try await context.terminate(within: .seconds(30))
    }

    @Test("a ventilator that knocked and died gives way; one that comes while another is served is told so")
    func twoVentilators() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.filePath
        let wanted = try makeFiles(5, seed: 6, in: folder)
        let context = try Context()
        let sink = try Sink(routes: .inproc, patience: patient, in: context)
        defer { sink.close() }
        let dead = try PushSocket(context: context)
        try dead.connect(Routes.inproc.results)
        #expect(try await dead.send(.begin(run: RunID(rawValue: 99)), within: .seconds(1)))
        async let harvested = sink.gather()
        try await untilServed(RunID(rawValue: 99), context)
        dead.close()
        let run = RunID(rawValue: 1)
        async let complete = Ventilator(routes: .inproc, patience: patient, run: run).work(on: [path], in: context)
        try await untilServed(run, context)
        let second = Routes(jobs: .inproc("other"), results: Routes.inproc.results, control: Routes.inproc.control)
        let error = await #expect(throws: PipelineFailure.self) {
            try await Ventilator(routes: second, patience: quick).work(on: [path], in: context)
        }
        #expect(error?.description.contains("serves another run") == true)
        async let worked = Worker(routes: .inproc, patience: patient).work(in: context)
        let harvest = try await harvested
        try await sink.dismiss(harvest)
        #expect(harvest.tally.count == wanted)
        #expect(try await complete)
        #expect(try await worked == 5)
        sink.close()
        try await context.terminate(within: .seconds(30))
    }

    @Test("garbage and messages of another run do not disturb the sink")
    func garbage() async throws {
        let folder = try TemporaryDirectory()
        let wanted = try makeFiles(5, seed: 5, in: folder)
        let context = try Context()
        let sink = try Sink(routes: .inproc, patience: patient, in: context)
        defer { sink.close() }
        let noise = try PushSocket(context: context)
        defer { noise.close() }
        try noise.connect(Routes.inproc.results)
        async let harvested = sink.gather()
        let run = RunID(rawValue: 1)
        async let complete = Ventilator(routes: .inproc, patience: patient, run: run).work(
            on: [folder.filePath],
            in: context
        )
        // Noise while the sink serves the run and no worker is there yet.
        try await untilServed(run, context)
        try await noise.send("GET / HTTP/1.1")
        try await noise.send(Message(frames: [Frame("two"), Frame("frames")]))
        try await noise.send(Message(PipelineMessage.begin(run: RunID(rawValue: 2)).encoded()))
        async let worked = Worker(routes: .inproc, patience: patient).work(in: context)
        let harvest = try await harvested
        try await sink.dismiss(harvest)
        #expect(harvest.badMessages == 2 && harvest.tally.foreignCount == 1)
        #expect(harvest.tally.count == wanted)
        #expect(try await verdict(harvest).isGood)
        #expect(try await complete)
        #expect(try await worked == 5)
        sink.close()
        noise.close()
        try await context.terminate(within: .seconds(30))
    }

    @Test("the line of JSON, and the progress bar")
    func output() {
        let tally = Tally(run: RunID(rawValue: 1))
        let report = Report(
            tally: tally,
            verdict: Verdict(of: tally, against: SequentialCount()),
            failure: nil,
            badMessages: 0,
            elapsed: .milliseconds(1050)
        )
        #expect(report.json == #"{"files":0,"lines":0,"words":0,"bytes":0}"#)
        #expect(report.text(top: 3).contains("in 1.05 s:") && report.isGood && report.complaints.isEmpty)
        #expect(ProgressBar.line("x", done: 1, of: 2, "y") == "x [###############...............]  50 % y")
        #expect(ProgressBar.line("x", done: 9, of: 0, "") == "x [##############################] 100 % ")
        #expect(ProgressBar.line("x", done: 9, of: nil, "") == "x [..............................]   0 % ")
    }
}
