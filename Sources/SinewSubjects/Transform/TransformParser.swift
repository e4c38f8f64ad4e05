// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Reads the destination of a transform, token by token.
struct TransformParser {
    private let bytes: [UInt8]
    private let grammar: SubjectGrammar
    /// How many wildcards the source has.
    private let wildcardCount: Int
    private let sourceHasRest: Bool
    /// The token that is being read, counted from 1, and where it begins.
    private var number = 0
    private var start = 0

    init(_ destination: [UInt8], source: SubjectFilter, grammar: SubjectGrammar) {
        bytes = destination
        self.grammar = grammar
        wildcardCount = source.tokens.count { $0.kind == .any }
        sourceHasRest = source.tokens.contains { $0.kind == .rest }
    }

    /// The functions of all tokens.
    mutating func parse() throws(SubjectError) -> [TransformFunction] {
        try grammar.checkLength(bytes)
        var functions: [TransformFunction] = []
        for token in SubjectTokens(bytes) {
            number += 1
            start = token.range.lowerBound
            functions.append(try function(of: token))
        }
        // A rest that is not last was refused with its token.
        guard (functions.last == .rest) == sourceHasRest else {
            let advice = sourceHasRest ? "end the destination with '>', too" : "end the source with '>', too"
            throw SubjectError(.restOnOneSide, subject: bytes, advice: advice)
        }
        return functions
    }

    private func function(of token: SubjectToken) throws(SubjectError) -> TransformFunction {
        let text = token.bytes
        if token.kind == .any {
            throw failure(.wildcardInDestination, "name the wildcard: $1, or {{wildcard(1)}}, for the first")
        }
        if text.count > 1, text.first == UInt8(ascii: "$"), text.dropFirst().allSatisfy(Self.isDigit) {
            return .wildcard(try index(text.dropFirst()))
        }
        if let call = Call(text) { return try function(of: call) }
        _ = try grammar.checkToken(bytes, token.range, number)
        guard token.kind == .rest else { return .literal(Array(text)) }
        guard token.range.upperBound == bytes.count else {
            throw failure(.restIsNotLast, "put '>' at the end, where it stands for the rest of the subject")
        }
        return .rest
    }

    private func function(of call: Call) throws(SubjectError) -> TransformFunction {
        let arguments = call.arguments
        switch call.name {
        case .wildcard:
            try check(arguments.count, 1...1)
            return .wildcard(try index(arguments[0]))
        case .partition:
            // The destination is not longer than a subject, and so the list has an end.
            var indices: [Int] = []
            for argument in arguments.dropFirst() { indices.append(try index(argument)) }
            return .partition(try size(arguments[0]), indices)
        case .random:
            try check(arguments.count, 1...1)
            return .random(try size(arguments[0]))
        case .split:
            try check(arguments.count, 2...2)
            let delimiter = Array(arguments[1])
            guard !delimiter.isEmpty, !delimiter.contains(where: Call.isSpace) else {
                throw failure(
                    .invalidArgument,
                    "the delimiter is one or more bytes without white space, dots and commas"
                )
            }
            return .split(try index(arguments[0]), delimiter: delimiter)
        case .splitFromLeft, .splitFromRight, .sliceFromLeft, .sliceFromRight, .left, .right:
            try check(arguments.count, 2...2)
            let (index, size) = (try index(arguments[0]), try size(arguments[1]))
            return switch call.name {
            case .splitFromLeft: .splitFromLeft(index, size)
            case .splitFromRight: .splitFromRight(index, size)
            case .sliceFromLeft: .sliceFromLeft(index, size)
            case .sliceFromRight: .sliceFromRight(index, size)
            case .left: .left(index, size)
            default: .right(index, size)
            }
        case nil: throw failure(.unknownFunction, "there are \(Call.Name.list)")
        }
    }

    private func check(_ count: Int, _ range: ClosedRange<Int>) throws(SubjectError) {
        guard count >= range.lowerBound else { throw failure(.tooFewArguments, "it takes \(range.lowerBound)") }
        guard count <= range.upperBound else { throw failure(.tooManyArguments, "it takes \(range.upperBound)") }
    }

    /// A wildcard's place, counted from 0; it is written counted from 1.
    private func index(_ text: ArraySlice<UInt8>) throws(SubjectError) -> Int {
        let number = try size(text)
        guard (1...max(wildcardCount, 1)).contains(number), wildcardCount > 0 else {
            let advice = wildcardCount == 0 ? "the source has no '*'" : "the source has \(wildcardCount), from 1 on"
            throw failure(.wildcardOutOfRange, advice)
        }
        return number - 1
    }

    private func size(_ text: ArraySlice<UInt8>) throws(SubjectError) -> Int {
        guard !text.isEmpty else { throw failure(.tooFewArguments, "a number is missing") }
        let number = text.allSatisfy(Self.isDigit) ? Int32(String(decoding: text, as: UTF8.self)) : nil
        guard let number else {
            throw failure(.invalidArgument, "use whole numbers of 0 to \(Int32.max), in decimal digits")
        }
        return Int(number)
    }

    private func failure(_ code: SubjectError.Code, _ advice: String) -> SubjectError {
        SubjectError(code, subject: bytes, position: start, token: number, advice: advice)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
