// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The extent of one function, initialiser, deinitialiser, subscript or accessor in a file.
struct Function: Equatable {
    /// From 1.
    let firstLine: Int
    let lineCount: Int

    /// Every function with a body, by counting braces. A function inside another counts for both.
    static func all(in file: SourceFile) -> [Function] {
        var functions: [Function] = []
        for (number, line) in file.code.enumerated() {
            guard let keyword = line.firstMatch(of: introducer) else { continue }
            let start = line.distance(from: line.startIndex, to: keyword.range.upperBound)
            if let last = lastLine(of: file.code, from: number, column: start) {
                functions.append(Function(firstLine: number + 1, lineCount: last - number + 1))
            }
        }
        return functions
    }

    private static var introducer: Regex<(Substring, Substring)> {
        #/(?:^|[^\w.`(])(func\s|init[?!]?\s*[<(]|deinit\b|subscript\s*[<(]|get\b|set\b|willSet\b|didSet\b|var\s)/#
    }

    /// The line (from 0) of the brace that closes the body, or nil when the declaration has none.
    private static func lastLine(of code: [Substring], from first: Int, column: Int) -> Int? {
        var parentheses = code[first].prefix(column).last == "(" ? 1 : 0
        var braces = 0
        for number in first..<code.count {
            let line = number == first ? code[number].dropFirst(column) : code[number]
            if braces == 0, parentheses == 0, number > first, startsDeclaration(line) { return nil }
            for character in line {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where parentheses == 0 || braces > 0:
                    braces -= 1
                    if braces == 0 { return number }
                    if braces < 0 { return nil }
                case "=" where braces == 0 && parentheses == 0 && isStored(code[first]): return nil
                default: break
                }
            }
        }
        return nil
    }

    /// Whether the declaration is of a variable: with an `=` before its first brace, it is stored and no function.
    private static func isStored(_ line: Substring) -> Bool {
        line.contains(#/(^|\s)var\s/#)
    }

    /// Whether a new declaration starts on this line, so that the one before it had no body.
    private static func startsDeclaration(_ line: Substring) -> Bool {
        let words = line.split { !($0.isLetter || $0 == "@") }.prefix(4)
        let introducers: Set<Substring> = [
            "func", "var", "let", "init", "deinit", "subscript", "struct", "class", "enum", "actor", "protocol",
            "extension", "typealias", "associatedtype", "case", "import",
        ]
        let modifiers: Set<Substring> = [
            "public", "package", "internal", "private", "fileprivate", "static", "final", "mutating", "borrowing",
            "consuming", "nonisolated", "override", "convenience", "required", "open", "indirect", "lazy", "weak",
        ]
        for word in words where !word.hasPrefix("@") {
            if introducers.contains(word) { return true }
            if !modifiers.contains(word) { return false }
        }
        return false
    }
}
