// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness
import Testing

@Suite struct HarnessTests {
    @Test func medians() {
        #expect(median([3, 1, 2]) == 2)
        #expect(median([4, 1, 2, 3]) == 2.5)
        #expect(median([]).isNaN)
        #expect(Spread([2, 9, 4]) == Spread([9, 4, 2]))
    }

    @Test func sampleLines() throws {
        let sample = Sample(["cpu": 0.5, "messages": 2_000_000])
        #expect(Sample(line: sample.line) == sample)
        #expect(Sample(line: "ready tcp://127.0.0.1:1") == nil)
        #expect(Sample(line: "report cpu") == nil)
        #expect(throws: HarnessError.self) { try sample["nothing"] }
    }

    @Test func rowsAreOneLineOfJSON() {
        var row = Row(
            suite: "s",
            metric: "throughput/tcp/64/async",
            value: 2_345_678.9,
            unit: "messages/s",
            baseline: "c",
            baselineValue: 2_500_000,
            ratio: Spread([0.9, 0.938271, 0.95]),
            pairs: 3
        )
        #expect(
            row.json
                == #"{"suite":"s","metric":"throughput/tcp/64/async","value":2345680,"unit":"messages/s","#
                + #""baseline":"c","baselineValue":2500000,"ratio":0.938271,"pairs":3}"#
        )
        row.unit = "\"%\"\n"
        row.ratio = nil
        #expect(row.json.contains(#""unit":"\"%\"\u000a""#))
        #expect(row.json.contains(#""ratio":null"#))
    }

    @Test func barsJudgeRatioValueAndSurplus() {
        let row = Row(
            suite: "s",
            metric: "m",
            value: 0.3,
            unit: "u",
            baseline: "c",
            baselineValue: 0.1,
            ratio: Spread([3]),
            pairs: 1
        )
        #expect(Bar("m", .ratio, .atLeast, 3).passes(row))
        #expect(!Bar("m", .ratio, .atMost, 2.9).passes(row))
        #expect(Bar("m", .value, .below, 0.31).passes(row))
        #expect(Bar("m", .surplus, .atMost, 0.2).passes(row))
        #expect(!Bar("m", .value, .equal, 0.2).passes(row))
        // Of 3 to 7, with a deviation of 1: the median, 5, may be off by 0.83.
        var scattered = row
        (scattered.ratio, scattered.pairs) = (Spread([3, 4, 5, 6, 7]), 5)
        #expect(Bar("m", .ratio, .atLeast, 4).decides(scattered) && Bar("m", .ratio, .atLeast, 6).decides(scattered))
        #expect(!Bar("m", .ratio, .atLeast, 4.2).decides(scattered))
        #expect(!Bar("m", .ratio, .atLeast, 5.8).decides(scattered))
        var unknown = row
        unknown.ratio = nil
        #expect(!Bar("m", .ratio, .atLeast, 0).passes(unknown))
    }

    @Test func aContestAlternatesAndComparesWithItsNeighbours() throws {
        let log = Log()
        func contender(_ name: String, _ values: [Double]) -> Contender {
            Contender(name) { load in
                #expect(load == 7)
                return Sample(["rate": values[log.add(name) % values.count]])
            }
        }
        let contest = Contest(
            measures: [Measure("rate", unit: "u")],
            shape: "tcp/64",
            baseline: contender("c", [100]),
            contenders: [contender("a", [50]), contender("b", [90, 110])],
            load: { 7 }
        )
        let outcome = try Rounds(suite: "s", pairs: 2) { _ in }.run(contest)
        #expect(log.names == ["c", "a", "c", "b", "c", "a", "c", "b", "c"])
        #expect(outcome.rows.map(\.metric) == ["rate/tcp/64/a", "rate/tcp/64/b", "rate/tcp/64/c-again"])
        #expect(outcome.rows.map { $0.ratio?.median } == [0.5, 1, 1])
        #expect(outcome.rows.map(\.pairs) == [2, 2, 4])
        #expect(!outcome.void)
    }

    /// With a bar, rounds go on while the ratios are scattered, up to four times as many; whether it is met is not
    /// asked.
    @Test(arguments: [([50.0], 3), ([50, 90, 40, 100, 60], 12)])
    func aContestWithABarGoesOnUntilItIsPrecise(values: [Double], pairs: Int) throws {
        for isJudged in [true, false] {
            let log = Log()
            let contest = Contest(
                measures: [Measure("rate", unit: "u")],
                shape: "tcp/64",
                baseline: Contender("c") { _ in Sample(["rate": 100]) },
                contenders: [Contender("a") { _ in Sample(["rate": values[log.add("a") % values.count]]) }]
            )
            let rounds = Rounds(
                suite: "s",
                pairs: 3,
                isJudged: { $0 == "rate/tcp/64/a" && isJudged },
                progress: { _ in }
            )
            #expect(try rounds.run(contest).rows[0].pairs == (isJudged ? pairs : 3))
        }
    }

    @Test func medianIsKnownBetterFromMoreValues() {
        #expect(errorOfMedian([1]) == .infinity)
        #expect(errorOfMedian([1, 1, 1]) == 0)
        #expect(errorOfMedian([1, 2, 3, 1000]) < 1)
        #expect(errorOfMedian([1, 2, 1, 2, 1, 2, 1, 2]) < errorOfMedian([1, 2, 1, 2]))
    }

    @Test func aBaselineThatDriftsVoidsTheContest() throws {
        let log = Log()
        let contest = Contest(
            measures: [Measure("rate", unit: "u")],
            shape: "tcp/64",
            baseline: Contender("c") { _ in Sample(["rate": Double(100 + 20 * log.add("c"))]) },
            contenders: [Contender("a") { _ in Sample(["rate": 100]) }]
        )
        #expect(try Rounds(suite: "s", pairs: 2) { _ in }.run(contest).void)
        #expect(contest.filtered(by: "64/a") != nil)
        #expect(contest.filtered(by: "inproc") == nil)
    }

    @Test func aContestCanBeRunOnce() throws {
        let contest = Contest(
            measures: [Measure("rate", unit: "u")],
            shape: "tcp/64",
            baseline: Contender("c") { _ in Sample(["rate": 10]) },
            contenders: [Contender("a") { _ in Sample(["rate": 5]) }],
            pairing: .once
        )
        let outcome = try Rounds(suite: "s", pairs: 5) { _ in }.run(contest)
        #expect(outcome.rows.map(\.metric) == ["rate/tcp/64/a"])
        #expect(outcome.rows.map(\.pairs) == [1])
        #expect(outcome.rows.map { $0.ratio?.median } == [0.5])
        #expect(!outcome.void)
    }

    /// A child that was stopped hears of nothing: whoever lets go of it has to end it all the same.
    @Test(arguments: [(true, false), (true, true), (false, true)])
    func childrenAreEnded(isStopped: Bool, isEnded: Bool) throws {
        let kind = ChildKind("sleeper", program: "/bin/sh", arguments: ["-c", "echo ready $$; exec sleep 600"])
        var child: ChildProcess? = try ChildProcess(kind, [:])
        let pid = try #require(try child.flatMap { try Int32($0.endpoint()) })
        #expect(kill(pid, 0) == 0)
        if isStopped { child?.stop() }
        if isEnded {
            child?.end()
            #expect(throws: HarnessError.self) { try child?.report() }
        }
        child = nil
        let limit = Date(timeIntervalSinceNow: 20)
        while kill(pid, 0) == 0, Date() < limit { Thread.sleep(forTimeInterval: 0.01) }
        #expect(kill(pid, 0) != 0)
    }

    @Test func numbersAreReadable() {
        #expect(compact(3_214_159) == "3.214 M")
        #expect(compact(46_000) == "46000")
        #expect(compact(0.014_134) == "0.01413")
        #expect(fixed(0.9504) == "0.950")
        #expect(fixed(12.04) == "12.040")
    }
}

/// The order in which contenders ran. Used from one thread.
private final class Log {
    private(set) var names: [String] = []

    /// Notes a run, and returns how many of that name there were before.
    func add(_ name: String) -> Int {
        self.names.append(name)
        return self.names.count { $0 == name } - 1
    }
}
