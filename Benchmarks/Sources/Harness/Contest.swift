// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// One quantity a contest measures, in a unit.
package struct Measure: Sendable {
    /// The first part of the metric's name, and the name of the value in a `Sample`: "throughput".
    package let what: String
    package let unit: String

    package init(_ what: String, unit: String) {
        self.what = what
        self.unit = unit
    }
}

/// One way of doing the work of a contest.
package struct Contender {
    /// The last part of the metric's name: "async".
    package let variant: String
    /// Does the work once, at the given load, and measures it.
    package let run: (_ load: Int) throws -> Sample

    package init(_ variant: String, run: @escaping (_ load: Int) throws -> Sample) {
        self.variant = variant
        self.run = run
    }
}

/// How often a contest is run, and what its baseline has to prove.
package enum Pairing: Sendable, Equatable {
    /// As many pairs as asked for; void when the baseline's own repetition leaves 5 %.
    case strict
    /// The same, but a baseline that disagrees with itself is shown and not held against the contest.
    case lenient
    /// One run each, for what varies little and takes long.
    case once
}

/// The same work done in several ways, one of which is the baseline of all others.
package struct Contest {
    /// What a run measures. The first measure decides whether the contest is void.
    package var measures: [Measure]
    /// The middle of the metric's name: "tcp/64".
    package var shape: String
    package var baseline: Contender
    package var contenders: [Contender]
    /// How much work a run is, found once before the first round.
    package var load: () throws -> Int
    package var pairing: Pairing

    package init(
        measures: [Measure],
        shape: String,
        baseline: Contender,
        contenders: [Contender],
        pairing: Pairing = .strict,
        load: @escaping () throws -> Int = { 1 }
    ) {
        self.measures = measures
        self.shape = shape
        self.baseline = baseline
        self.contenders = contenders
        self.pairing = pairing
        self.load = load
    }

    /// The full name of a metric, `what/transport/bytes/variant`.
    package func metric(_ measure: Measure, _ variant: String) -> String {
        "\(measure.what)/\(self.shape)/\(variant)"
    }

    /// The contest with only the contenders that have a metric whose name contains the text; `nil` when none has.
    package func filtered(by text: String?) -> Contest? {
        guard let text else { return self }
        var filtered = self
        filtered.contenders = self.contenders.filter { contender in
            self.measures.contains { self.metric($0, contender.variant).contains(text) }
        }
        return filtered.contenders.isEmpty ? nil : filtered
    }
}

/// A set of contests under one name, and the bars they are held against.
package protocol Suite {
    /// The name on the command line, and the value of `suite` in every reported row.
    var name: String { get }
    /// What the suite's metrics are expected to reach.
    var bars: [Bar] { get }
    /// The contests, in the order in which they run.
    func contests() -> [Contest]
}
