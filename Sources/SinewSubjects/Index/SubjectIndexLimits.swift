// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What an index takes in at most. A number outside of its range becomes the nearer end of that.
public struct SubjectIndexLimits: Hashable, Sendable {
    /// The most entries: 1 to 2^30.
    public var maximumEntries: Int { didSet { maximumEntries = Self.bounded(maximumEntries, 1 << 30) } }
    /// The most tokens of a filter: 1 to ``tokenLimit``. Subjects may have more.
    public var maximumTokens: Int { didSet { maximumTokens = Self.bounded(maximumTokens, Self.tokenLimit) } }
    /// The most bytes of a filter, and of a subject that is given as bytes: 1 to 65 535.
    public var maximumBytes: Int { didSet { maximumBytes = Self.bounded(maximumBytes, 65_535) } }

    /// What ``maximumTokens`` can be at most: matching remembers a place for each token, on the stack.
    public static var tokenLimit: Int { SubjectTrie.maximumDepth }

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - maximumEntries: The most entries, 1 to 2^30. Default 1 048 576, which take about 100 MB.
    ///   - maximumTokens: The most tokens of a filter, 1 to 128. Default 64; NATS advises 16.
    ///   - maximumBytes: The most bytes of a filter or subject, 1 to 65 535. Default 4096, as nats-server has it.
    public init(maximumEntries: Int = 1_048_576, maximumTokens: Int = 64, maximumBytes: Int = 4096) {
        self.maximumEntries = Self.bounded(maximumEntries, 1 << 30)
        self.maximumTokens = Self.bounded(maximumTokens, Self.tokenLimit)
        self.maximumBytes = Self.bounded(maximumBytes, 65_535)
    }

    private static func bounded(_ value: Int, _ limit: Int) -> Int { min(max(value, 1), limit) }
}

/// What an index has, for those who watch it.
public struct SubjectIndexStatistics: Hashable, Sendable {
    /// How many entries there are.
    public var entries = 0
    /// How many different beginnings of filters there are, counted in tokens.
    public var nodes = 0
    /// The memory that was allocated, in bytes: what values refer to not included.
    public var allocatedBytes = 0
    /// How often too many edges met in the hash table, so that it was built anew with another seed. More than 0 says
    /// that somebody chooses filters to slow the index down.
    public var reseeds = 0

    /// All zero.
    public init() {}
}
