// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Spreads subjects over a fixed number of partitions: the same subject always goes to the same one.
///
/// The number is that of NATS's `partition`: FNV-1a (32 bits) of the whole subject, or of the chosen tokens' bytes one
/// after the other, modulo the count. As there is nothing between the tokens, `ab.c` and `a.bc` go to the same
/// partition. A different count moves nearly every subject to another partition.
///
/// ```swift
/// let partitioner = try SubjectPartitioner(count: 8, tokens: [2])
/// try partitioner.partition(of: "orders.4711.new")  // the same for every subject of order 4711
/// ```
public struct SubjectPartitioner: Hashable, Sendable {
    /// How many partitions there are.
    public let count: Int
    /// The tokens that count, from 1 and in this order; nil for the whole subject.
    public let tokens: [Int]?

    /// The most tokens that can be chosen.
    public static var maximumTokens: Int { 64 }

    /// Makes a partitioner.
    ///
    /// - Parameters:
    ///   - count: How many partitions there are: 1 to 2147483647.
    ///   - tokens: The tokens that count, from 1 and in this order, at most 64. Default nil: the whole subject.
    /// - Throws: ``SubjectError/Code-swift.struct/invalidArgument`` when the count or a token is out of range, or the
    ///   list is empty.
    public init(count: Int, tokens: [Int]? = nil) throws(SubjectError) {
        guard (1...Int(Int32.max)).contains(count) else {
            let advice = "use 1 to \(Int32.max) partitions"
            throw SubjectError(.invalidArgument, subject: Array("\(count)".utf8), advice: advice)
        }
        if let tokens {
            let isValid = (1...Self.maximumTokens).contains(tokens.count) && tokens.allSatisfy { $0 >= 1 }
            guard isValid else {
                let advice = "name 1 to \(Self.maximumTokens) tokens, counted from 1, or none for the whole subject"
                throw SubjectError(.invalidArgument, subject: Array("\(tokens)".utf8), advice: advice)
            }
        }
        self.count = count
        self.tokens = tokens
    }

    /// The partition of a subject, from 0 to one less than the count.
    ///
    /// - Parameter subject: The subject.
    /// - Returns: Its partition; that of the whole subject never throws.
    /// - Throws: ``SubjectError/Code-swift.struct/tokenOutOfRange`` when the subject has fewer tokens than are chosen.
    /// - Complexity: O(bytes), for each chosen token. Allocates nothing.
    public func partition(of subject: Subject) throws(SubjectError) -> Int {
        var hash = FNV1a()
        guard let tokens else {
            hash.combine(subject.bytes)
            return hash.partition(of: count)
        }
        for number in tokens {
            guard let token = subject.tokens.dropFirst(number - 1).first(where: { _ in true }) else {
                let advice = "it has \(subject.tokenCount) tokens, and number \(number) was chosen"
                throw SubjectError(.tokenOutOfRange, subject: subject.bytes, token: number, advice: advice)
            }
            hash.combine(token.bytes)
        }
        return hash.partition(of: count)
    }
}
