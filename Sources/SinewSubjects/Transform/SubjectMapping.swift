// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Several destinations for the subjects of one filter, each with a share of them: a canary, or the traffic of a test.
///
/// ```swift
/// let mapping = try SubjectMapping(
///     from: "orders.*",
///     to: [.init("orders.v1.$1", weight: 90), .init("orders.v2.$1", weight: 5)]
/// )
/// try mapping.apply(to: "orders.new", using: &generator)  // stays orders.new in 5 of 100 cases
/// ```
///
/// Weights are percentages. What is missing to 100 keeps the subject as it is. Each message is decided on its own, so
/// that the messages of one subject are spread. Source: core NATS's weighted mappings.
public struct SubjectMapping: Hashable, Sendable {
    /// One destination with its share.
    public struct Destination: Hashable, Sendable {
        /// What subjects become; see ``SubjectTransform``.
        public var text: String
        /// The percentage of messages: 0 to 100.
        public var weight: Int

        /// Makes one.
        ///
        /// - Parameters:
        ///   - text: What subjects become; see ``SubjectTransform``.
        ///   - weight: The percentage of messages. Default 100.
        public init(_ text: String, weight: Int = 100) {
            self.text = text
            self.weight = weight
        }
    }

    /// Which subjects it is for.
    public let source: SubjectFilter
    /// The transforms in the order they were given, each with its percentage.
    let choices: [Choice]

    struct Choice: Hashable, Sendable {
        let transform: SubjectTransform
        let weight: Int
    }

    /// The most destinations: one for each percent.
    public static var maximumDestinations: Int { 100 }

    /// Reads a mapping.
    ///
    /// - Parameters:
    ///   - source: A filter. Empty: any subject.
    ///   - destinations: Where to, at most 100, with weights of at most 100 together. None: every subject stays as it
    ///     is.
    ///   - grammar: What all of it has to follow. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule is broken, and by which destination.
    public init(
        from source: some StringProtocol,
        to destinations: [Destination],
        grammar: SubjectGrammar = .nats
    ) throws(SubjectError) {
        let source: SubjectFilter = try source.isEmpty ? ">" : SubjectFilter(source, grammar: grammar)
        guard destinations.count <= Self.maximumDestinations else {
            let advice = "there are \(destinations.count); use at most \(Self.maximumDestinations)"
            throw SubjectError(.tooManyDestinations, subject: source.bytes, advice: advice)
        }
        var choices: [Choice] = []
        var sum = 0
        for destination in destinations {
            let bytes = Array(destination.text.utf8)
            guard (0...100).contains(destination.weight), sum + destination.weight <= 100 else {
                let advice = "it has \(destination.weight), and those before it have \(sum)"
                throw SubjectError(.invalidWeight, subject: bytes, advice: advice)
            }
            sum += destination.weight
            let transform = try SubjectTransform(from: source, to: bytes, grammar: grammar)
            choices.append(Choice(transform: transform, weight: destination.weight))
        }
        self.source = source
        self.choices = choices
    }

    /// The subject that becomes of another.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - generator: Decides for one of the destinations. Numbers are drawn for that first, then those of `random`.
    /// - Returns: The new subject, which may be the same; nil when the source does not match.
    /// - Throws: Which rule the result breaks.
    public func apply(
        to subject: Subject,
        using generator: inout some RandomNumberGenerator
    ) throws(SubjectError) -> Subject? {
        guard source.matches(subject) else { return nil }
        var drawn = Int.random(in: 0..<100, using: &generator)
        for choice in choices {
            if drawn < choice.weight { return try choice.transform.apply(to: subject, using: &generator) }
            drawn -= choice.weight
        }
        return subject
    }
}
