// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects

/// Filters to fill an index with, and subjects to look for.
enum SubjectSet: String, CaseIterable {
    case oneToken, threeTokens, fiveTokens, random, wildcards

    /// The middle of a metric's name.
    var shape: String {
        switch self {
        case .oneToken: "37k/1-token"
        case .threeTokens: "37k/3-tokens"
        case .fiveTokens: "37k/5-tokens"
        case .random: "37k/random"
        case .wildcards: "3001-wildcards/4-results"
        }
    }

    var filters: [String] { self == .wildcards ? Self.wildcardFilters : Self.natsFilters }

    func subjects() throws -> [Subject] {
        switch self {
        case .oneToken: ["synadia"]
        case .threeTokens: ["synadia.nats.jetstream"]
        case .fiveTokens: ["synadia.nats.jetstream.nkeys.jwt"]
        case .wildcards: ["w500.a.x"]
        case .random: try Self.randomSubjects()
        }
    }

    /// The 37 451 filters of nats-server's own benchmark (`sublist_test.go`): every sequence of up to five of eight
    /// tokens, and three with wildcards.
    static let natsFilters: [String] =
        sequences(of: ["synadia", "nats", "jetstream", "nkeys", "jwt", "deny", "auth", "drain"], depth: 5)
        + ["cloud.>", "cloud.nats.component.>", "cloud.*.*.nkeys.*"]

    /// Three for each of a thousand first tokens, and one for everything.
    private static let wildcardFilters = (0..<1000).flatMap { ["w\($0).*.x", "w\($0).a.*", "w\($0).>"] } + [">"]

    /// A million filters of five tokens.
    static func million() -> [String] {
        let tokens = [
            "synadia", "nats", "jetstream", "nkeys", "jwt", "deny", "auth", "drain", "orders", "stock", "billing", "eu",
            "us", "asia", "new", "paid",
        ]
        return Array(sequences(of: tokens, depth: 5).filter { $0.utf8.count { $0 == 0x2E } == 4 }.prefix(1_000_000))
    }

    private static func sequences(of tokens: [String], depth: Int) -> [String] {
        guard depth > 1 else { return tokens }
        let shorter = sequences(of: tokens, depth: depth - 1)
        return tokens.flatMap { token in [token] + shorter.map { "\(token).\($0)" } }
    }

    /// 16 384 of the filters without wildcards, the same in each run.
    private static func randomSubjects() throws -> [Subject] {
        var state: UInt64 = 42
        return try (0..<16_384).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return try Subject(natsFilters[Int(state >> 33) % (natsFilters.count - 3)])
        }
    }
}
