// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing

/// `#expect` for loops of many thousand rounds: it costs nothing while all is well.
func holds(_ condition: Bool, _ what: @autoclosure () -> String, _ location: SourceLocation = #_sourceLocation) {
    if !condition { Issue.record(Comment(rawValue: what()), sourceLocation: location) }
}

/// The definitions, as plainly as they can be written: tokens in arrays, and recursion.
enum Naive {
    static func tokens(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    }

    static let any = [UInt8(ascii: "*")]
    static let rest = [UInt8(ascii: ">")]

    static func isFilter(_ bytes: [UInt8]) -> Bool {
        let tokens = tokens(bytes)
        let white: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0C, 0x0D]
        return bytes.count <= 4096 && !tokens.contains([]) && !tokens.dropLast().contains(rest)
            && !bytes.contains(where: white.contains)
    }

    static func isSubject(_ bytes: [UInt8]) -> Bool {
        isFilter(bytes) && !tokens(bytes).contains(any) && !tokens(bytes).contains(rest)
    }

    /// What the strict grammar adds.
    static func isPlain(_ bytes: [UInt8]) -> Bool {
        let tokens = tokens(bytes)
        let hasWildcardInside = tokens.contains { $0.count > 1 && ($0.contains(any[0]) || $0.contains(rest[0])) }
        return !hasWildcardInside && tokens.count <= 32 && bytes.count <= 255
            && String(validating: bytes, as: UTF8.self) != nil && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    static func matches(_ filter: ArraySlice<[UInt8]>, _ subject: ArraySlice<[UInt8]>) -> Bool {
        guard let first = filter.first else { return subject.isEmpty }
        if first == rest { return !subject.isEmpty }
        guard let token = subject.first, first == any || first == token else { return false }
        return matches(filter.dropFirst(), subject.dropFirst())
    }

    static func matches(_ filter: [UInt8], _ subject: [UInt8]) -> Bool {
        let tokens = tokens(subject)
        return !tokens.contains([]) && matches(self.tokens(filter)[...], tokens[...])
    }

    /// All texts of up to so many tokens.
    static func texts(of alphabet: [String], upTo count: Int) -> [String] {
        var all: [String] = []
        var longest = [""]
        for length in 1...count {
            longest = longest.flatMap { text in alphabet.map { length == 1 ? $0 : "\(text).\($0)" } }
            all += longest
        }
        return all
    }
}
