// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Makes one subject of another, as NATS's subject mappings do: `orders.*.*` to `{{partition(4,1)}}.$2`.
///
/// The source is a filter; each token of the destination is literal, a function, or, as the last one, `>` for what `>`
/// in the source stands for (it has to end both or neither). Wildcards are counted from 1, in the order of the source,
/// and need not all be used. A function is the whole of its token, in small letters or with a capital for each word:
///
/// | token | stands for |
/// |---|---|
/// | `$n`, `{{wildcard(n)}}` | the token of the n-th `*` |
/// | `{{partition(N,i,j,…)}}` | the partition, 0 to N-1, of these wildcards' tokens; see ``SubjectPartitioner`` |
/// | `{{partition(N)}}` | the partition of the whole subject |
/// | `{{random(N)}}` | a number from 0 to N-1, from the generator that is passed in |
/// | `{{split(i,delimiter)}}` | the token's parts between delimiters, a token each; empty ones are left out |
/// | `{{splitFromLeft(i,n)}}`, `{{splitFromRight(i,n)}}` | two tokens, of which the left or the right has n bytes |
/// | `{{sliceFromLeft(i,n)}}`, `{{sliceFromRight(i,n)}}` | tokens of n bytes, counted from that side |
/// | `{{left(i,n)}}`, `{{right(i,n)}}` | n bytes of that side |
///
/// An n that is 0, or not less than the token's bytes, leaves the token whole, and N = 0 gives 0, as in NATS. Unlike
/// there, a wildcard 0, negative numbers, an empty delimiter and other text in the braces are errors. Source:
/// nats-server 2.15 and ADR-30 of NATS.
public struct SubjectTransform: Hashable, Sendable {
    /// Which subjects it is for.
    public let source: SubjectFilter
    /// What it makes of them, as it was given; empty where it changes nothing.
    public let destination: [UInt8]
    /// What the results have to follow.
    public let grammar: SubjectGrammar
    let functions: [TransformFunction]

    /// Reads a transform.
    ///
    /// - Parameters:
    ///   - source: A filter. Empty: any subject.
    ///   - destination: Tokens and functions. Empty: the subject stays as it is.
    ///   - grammar: What source, destination and results have to follow. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule is broken, and by which token.
    public init(
        from source: some StringProtocol,
        to destination: some StringProtocol,
        grammar: SubjectGrammar = .nats
    ) throws(SubjectError) {
        let source = try source.isEmpty ? ">" : SubjectFilter(source, grammar: grammar)
        try self.init(from: source, to: Array(destination.utf8), grammar: grammar)
    }

    /// Reads a transform whose source is a filter already.
    ///
    /// - Parameters:
    ///   - source: Which subjects it is for.
    ///   - destination: The bytes of tokens and functions. Empty: the subject stays as it is.
    ///   - grammar: What destination and results have to follow. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule is broken, and by which token.
    public init(
        from source: SubjectFilter,
        to destination: [UInt8],
        grammar: SubjectGrammar = .nats
    ) throws(SubjectError) {
        self.source = source
        self.destination = destination
        self.grammar = grammar
        guard !destination.isEmpty else {
            functions = []
            return
        }
        var parser = TransformParser(destination, source: source, grammar: grammar)
        functions = try parser.parse()
    }

    /// Whether it has `random`, and needs a generator.
    public var isRandom: Bool {
        functions.contains { if case .random = $0 { true } else { false } }
    }

    /// The subject that it makes of another.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - generator: Where `random` has its numbers from.
    /// - Returns: The new subject, or nil when the source does not match.
    /// - Throws: Which rule the result breaks: it may have no tokens left after a split, more than the grammar allows,
    ///   or be a wildcard after a cut.
    public func apply(
        to subject: Subject,
        using generator: inout some RandomNumberGenerator
    ) throws(SubjectError) -> Subject? {
        guard source.matches(subject) else { return nil }
        guard !functions.isEmpty else { return subject }
        let matched = MatchedSubject(subject, source)
        var result: [UInt8] = []
        for (index, function) in functions.enumerated() {
            if index > 0 { result.append(SubjectToken.separator) }
            function.append(to: &result, matched) { Int.random(in: 0..<$0, using: &generator) }
        }
        return try Subject(bytes: result, grammar: grammar)
    }

    /// The subject that it makes of another, where nothing is left to chance.
    ///
    /// - Parameter subject: The subject.
    /// - Returns: The new subject, or nil when the source does not match.
    /// - Throws: As with a generator, and ``SubjectError/Code-swift.struct/generatorNeeded`` when ``isRandom`` is true.
    public func apply(to subject: Subject) throws(SubjectError) -> Subject? {
        guard !isRandom else {
            throw SubjectError(.generatorNeeded, subject: destination, advice: "use apply(to:using:)")
        }
        var generator = NoGenerator()
        return try apply(to: subject, using: &generator)
    }
}

extension SubjectTransform: CustomStringConvertible {
    /// `source => destination`.
    public var description: String { "\(source) => \(String(decoding: destination, as: UTF8.self))" }
}

/// Stands where no number is asked for. Counts, since a number that stays the same could be asked for again for ever.
struct NoGenerator: RandomNumberGenerator {
    private var state: UInt64 = 0

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return state
    }
}
