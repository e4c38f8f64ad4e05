// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectFilter {
    /// What to subscribe a plain SUB socket to, so that it gets everything that the filter matches, and not much else.
    ///
    /// ZeroMQ filters by the first bytes of a message. This is the longest beginning of the filter that is literal and
    /// ends with a token: `orders.` for `orders.*.new` and for `orders.>`, nothing (which stands for everything) for
    /// `*.new`, and for a filter without wildcards the subject with a NUL behind it, so that `orders` does not also get
    /// `orders2`. (A subject that has a NUL itself may begin the same; the grammar ``SubjectGrammar/strict`` has none.)
    ///
    /// It works when publishers send ``Subject/topic``, the subject with a NUL behind it, as the first frame or at its
    /// beginning. The receiver still has to ask ``matches(_:)-(Subject)``: the prefix lets more through than the
    /// filter.
    public var literalPrefix: [UInt8] {
        guard !isLiteral else { return bytes + [Subject.terminator] }
        var end = 0
        for token in tokens {
            guard token.kind == .literal else { break }
            end = token.range.upperBound + 1
        }
        return Array(bytes[..<end])
    }
}

extension Subject {
    /// What ends a subject at the beginning of a message: NUL.
    public static var terminator: UInt8 { 0 }

    /// The subject as the beginning of a message that plain SUB sockets can subscribe to: its bytes and a NUL.
    ///
    /// For every filter that matches the subject, ``SubjectFilter/literalPrefix`` is a prefix of this.
    public var topic: [UInt8] { bytes + [Self.terminator] }

    /// Reads a subject from the first frame of a message that a publisher made of ``topic``.
    ///
    /// - Parameters:
    ///   - topic: The subject and a NUL, and nothing behind it.
    ///   - grammar: What is allowed. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule the bytes break, and where; ``SubjectError/Code-swift.struct/missingTerminator`` when there
    ///   is no NUL at the end.
    public init(topic: [UInt8], grammar: SubjectGrammar = .nats) throws(SubjectError) {
        guard topic.last == Self.terminator else {
            let advice = "the publisher has to send Subject.topic, which ends with a NUL"
            throw SubjectError(.missingTerminator, subject: topic, position: topic.count, advice: advice)
        }
        try self.init(bytes: Array(topic.dropLast()), grammar: grammar)
    }
}
