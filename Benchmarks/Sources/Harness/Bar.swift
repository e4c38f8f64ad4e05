// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a metric is expected to reach.
package struct Bar: Sendable {
    /// The part of a row that is held against the limit.
    package enum Subject: String, Sendable {
        case ratio
        case value
        /// The value less the baseline's own.
        case surplus
    }

    /// The side of the limit that passes.
    package enum Rule: String, Sendable {
        case atLeast = "≥"
        case atMost = "≤"
        case below = "<"
        case equal = "="
    }

    package let metric: String
    package let subject: Subject
    package let rule: Rule
    package let limit: Double

    package init(_ metric: String, _ subject: Subject, _ rule: Rule, _ limit: Double) {
        self.metric = metric
        self.subject = subject
        self.rule = rule
        self.limit = limit
    }

    /// Whether the row passes; a row that lacks the subject does not.
    package func passes(_ row: Row) -> Bool {
        let figure: Double? =
            switch self.subject {
            case .ratio: row.ratio?.median
            case .value: row.value
            case .surplus: row.value - row.baselineValue
            }
        guard let figure, figure.isFinite else { return false }
        return switch self.rule {
        case .atLeast: figure >= self.limit
        case .atMost: figure <= self.limit
        case .below: figure < self.limit
        case .equal: figure == self.limit
        }
    }

    /// Whether the row's ratio is further from the limit than it may be off. Other subjects are taken as they are.
    package func decides(_ row: Row) -> Bool {
        guard self.subject == .ratio, let ratio = row.ratio, row.pairs > 1 else { return true }
        return abs(ratio.median - self.limit) >= ratio.error
    }

    /// The bar as the table shows it: "ratio ≥ 0.95".
    package var text: String {
        "\(self.subject.rawValue) \(self.rule.rawValue) \(compact(self.limit))"
    }
}
