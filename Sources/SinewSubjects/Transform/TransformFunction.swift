// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a token of a destination is made of: itself, or tokens that wildcards of the source stand for.
enum TransformFunction: Hashable, Sendable {
    case literal([UInt8])
    /// What `>` stands for.
    case rest
    /// The token of a wildcard, counted from 0.
    case wildcard(Int)
    /// The partition of some wildcards' tokens; of the whole subject when none is named.
    case partition(Int, [Int])
    case random(Int)
    case split(Int, delimiter: [UInt8])
    case splitFromLeft(Int, Int)
    case splitFromRight(Int, Int)
    case sliceFromLeft(Int, Int)
    case sliceFromRight(Int, Int)
    case left(Int, Int)
    case right(Int, Int)
}

extension TransformFunction {
    /// Appends what the function makes of a subject. All positions and sizes are in bytes; one that does not lie inside
    /// the token leaves it whole.
    ///
    /// - Parameters:
    ///   - result: Where to.
    ///   - source: The subject.
    ///   - random: A number below another.
    func append(to result: inout [UInt8], _ source: MatchedSubject, random: (Int) -> Int) {
        switch self {
        case .literal(let bytes): result += bytes
        case .rest: result += source.rest
        case .wildcard(let index): result += source.wildcard(index)
        case .partition(let count, let indices):
            var hash = FNV1a()
            if indices.isEmpty { hash.combine(source.bytes) }
            for index in indices { hash.combine(source.wildcard(index)) }
            result += Array(String(hash.partition(of: count)).utf8)
        case .random(let count): result += Array(String(count > 0 ? random(count) : 0).utf8)
        case .split(let index, let delimiter):
            append(Self.parts(of: source.wildcard(index), between: delimiter), to: &result)
        case .splitFromLeft(let index, let position):
            let token = source.wildcard(index)
            append(
                Self.isInside(position, token) ? [token.prefix(position), token.dropFirst(position)] : [token],
                to: &result
            )
        case .splitFromRight(let index, let position):
            let token = source.wildcard(index)
            append(
                Self.isInside(position, token) ? [token.dropLast(position), token.suffix(position)] : [token],
                to: &result
            )
        case .sliceFromLeft(let index, let size): append(Self.slices(of: source.wildcard(index), size, 0), to: &result)
        case .sliceFromRight(let index, let size):
            let token = source.wildcard(index)
            append(Self.slices(of: token, size, size > 0 ? token.count % size : 0), to: &result)
        case .left(let index, let size):
            let token = source.wildcard(index)
            result += Self.isInside(size, token) ? token.prefix(size) : token
        case .right(let index, let size):
            let token = source.wildcard(index)
            result += Self.isInside(size, token) ? token.suffix(size) : token
        }
    }

    private func append(_ tokens: [ArraySlice<UInt8>], to result: inout [UInt8]) {
        result += tokens.joined(separator: [SubjectToken.separator])
    }

    private static func isInside(_ position: Int, _ token: ArraySlice<UInt8>) -> Bool {
        position > 0 && position < token.count
    }

    /// Pieces of one size, after a first one of another where that is not 0; the last may be shorter.
    private static func slices(of token: ArraySlice<UInt8>, _ size: Int, _ first: Int) -> [ArraySlice<UInt8>] {
        guard isInside(size, token) else { return [token] }
        var slices = first > 0 ? [token.prefix(first)] : []
        var left = token.dropFirst(first)
        while !left.isEmpty {
            slices.append(left.prefix(size))
            left = left.dropFirst(size)
        }
        return slices
    }

    /// What is between the delimiters, without what is empty.
    private static func parts(of token: ArraySlice<UInt8>, between delimiter: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = token.startIndex
        var position = start
        while position < token.endIndex {
            guard token[position...].starts(with: delimiter) else {
                position += 1
                continue
            }
            if start < position { parts.append(token[start..<position]) }
            position += delimiter.count
            start = position
        }
        if start < token.endIndex { parts.append(token[start...]) }
        return parts
    }
}

/// A subject that the source of a transform matches, with what its wildcards stand for.
struct MatchedSubject {
    let bytes: [UInt8]
    private var wildcards: [Range<Int>] = []
    private var restStart: Int?

    init(_ subject: Subject, _ filter: SubjectFilter) {
        bytes = subject.bytes
        var tokens = subject.tokens.makeIterator()
        for pattern in filter.tokens {
            guard let token = tokens.next() else { break }
            switch pattern.kind {
            case .literal: break
            case .any: wildcards.append(token.range)
            case .rest: restStart = token.range.lowerBound
            }
        }
    }

    /// The token of a wildcard, counted from 0.
    func wildcard(_ index: Int) -> ArraySlice<UInt8> { bytes[wildcards[index]] }

    /// What `>` stands for.
    var rest: ArraySlice<UInt8> { bytes[(restStart ?? bytes.count)...] }
}
