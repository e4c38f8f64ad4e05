// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness

/// Matching, inserting, memory and allocations of the index of subjects, beside C.
struct SubjectsSuite: Suite {
    let name = "subjects"
    let seconds: Double
    /// What counts instructions, where it is installed.
    let callgrind: Callgrind?
    /// What runs the simulator, where it is built.
    let simulator: SimulatorContest?

    var bars: [Bar] {
        [
            Bar("match/37k/5-tokens/subject", .ratio, .atLeast, 0.8),
            Bar("match/37k/random/subject", .ratio, .atLeast, 0.8),
            Bar("checked/37k/5-tokens/bytes", .ratio, .atLeast, 0.8),
            Bar("checked/37k/random/bytes", .ratio, .atLeast, 0.8),
            Bar("insert/37k/all/index", .value, .atMost, 200),
            Bar("insert/37k/all/concurrent", .value, .atMost, 400),
            Bar("memory/1m/all/index", .value, .atMost, 120),
            Bar("resident/1m/all/index", .value, .atMost, 120),
            Bar("allocations/37k/random/subject", .value, .equal, 0),
            Bar("allocations/37k/random/bytes", .value, .equal, 0),
            Bar("allocations/37k/random/array", .value, .equal, 0),
            Bar("allocations/37k/random/concurrent", .value, .equal, 0),
            Bar("events/simulator/50-nodes/membership", .value, .atLeast, 1_000_000),
        ]
    }

    func contests() -> [Contest] {
        SubjectSet.allCases.flatMap { set in
            [match("match", set, against: "c", ["subject", "array", "concurrent"]), checked(set)]
        } + [insert("37k", rounds: 20), insert("1m", rounds: 1), memory(), allocations()]
            + instructions() + [simulator?.contest].compactMap(\.self)
    }

    /// Bytes from a buffer: both sides check them first.
    private func checked(_ set: SubjectSet) -> Contest { match("checked", set, against: "c-checked", ["bytes"]) }

    /// The same subjects, one after the other; nothing is remembered from one match to the next.
    private func match(_ measure: String, _ set: SubjectSet, against baseline: String, _ variants: [String]) -> Contest
    {
        let check = Checksums()
        func contender(_ variant: String) -> Contender {
            Contender(variant) { count in
                let report = try ChildProcess("subjects-match", Self.options(variant, set, count)).report()
                try check.compare(report["sum"], "\(set.shape), \(count) subjects")
                return Sample([measure: Double(count) / (try report["cpu"])])
            }
        }
        let baseline = contender(baseline)
        let seconds = seconds
        return Contest(
            measures: [Measure(measure, unit: "matches/s")],
            shape: set.shape,
            baseline: baseline,
            contenders: variants.map(contender),
            load: { max(Int(try baseline.run(100_000)[measure] * seconds), 100_000) }
        )
    }

    static func options(_ variant: String, _ set: SubjectSet, _ count: Int) -> [String: String] {
        ["variant": variant, "set": set.rawValue, "count": String(count), "core": "0"]
    }

    /// Building an index of so many filters, in the order of a tree.
    private func insert(_ size: String, rounds: Int) -> Contest {
        func contender(_ variant: String) -> Contender {
            Contender(variant) { rounds in
                let options = ["variant": variant, "size": size, "rounds": String(rounds), "core": "0"]
                return Sample(["insert": try ChildProcess("subjects-insert", options).report()["insert"]])
            }
        }
        return Contest(
            measures: [Measure("insert", unit: "ns")],
            shape: "\(size)/all",
            baseline: contender("c"),
            contenders: ["index", "concurrent"].map(contender),
            pairing: .lenient,
            load: { rounds }
        )
    }

    private func memory() -> Contest {
        func contender(_ variant: String) -> Contender {
            Contender(variant) { _ in
                let options = ["variant": variant, "size": "1m", "rounds": "1", "core": "0"]
                let report = try ChildProcess("subjects-insert", options).report()
                return Sample(["memory": try report["memory"], "resident": try report["resident"]])
            }
        }
        return Contest(
            measures: [Measure("memory", unit: "bytes/filter"), Measure("resident", unit: "bytes/filter")],
            shape: "1m/all",
            baseline: contender("c"),
            contenders: ["index", "concurrent"].map(contender),
            pairing: .once
        )
    }

    private func allocations() -> Contest {
        func contender(_ variant: String) -> Contender {
            Contender(variant) { count in
                guard cb_can_count_allocations() != 0 else {
                    throw HarnessError("allocations can be counted with glibc only; leave them out with --filter")
                }
                let report = try ChildProcess("subjects-match", Self.options(variant, .random, count)).report()
                return Sample(["allocations": try report["allocations"] / Double(count)])
            }
        }
        return Contest(
            measures: [Measure("allocations", unit: "per match")],
            shape: SubjectSet.random.shape,
            baseline: contender("c"),
            contenders: ["subject", "bytes", "array", "concurrent"].map(contender),
            pairing: .once,
            load: { 200_000 }
        )
    }

    private func instructions() -> [Contest] {
        guard let callgrind else { return [] }
        func contest(_ measure: String, _ set: SubjectSet, _ baseline: String, _ variant: String) -> Contest {
            func contender(_ variant: String) -> Contender {
                Contender(variant) { _ in Sample([measure: try callgrind.instructions(for: variant, set)]) }
            }
            return Contest(
                measures: [Measure(measure, unit: "per match")],
                shape: set.shape,
                baseline: contender(baseline),
                contenders: [contender(variant)],
                pairing: .once
            )
        }
        return SubjectSet.allCases.flatMap { set in
            [contest("instructions", set, "c", "subject"), contest("instructions-checked", set, "c-checked", "bytes")]
        }
    }
}

/// The sums of results, which have to be the same on both sides.
private final class Checksums {
    private var sums: [String: Double] = [:]

    func compare(_ sum: Double, _ work: String) throws(HarnessError) {
        guard sums[work, default: sum] == sum else {
            throw HarnessError("the sides disagree about the results of \(work)")
        }
        sums[work] = sum
    }
}
