// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Replaces comments and the contents of string literals by spaces, so that what is left is code.
///
/// Knows nested block comments, raw strings, multi-line strings and interpolations. A regular expression literal
/// is taken for code.
struct Blanker {
    private let input: [UInt8]
    private var output: [UInt8] = []
    private var index = 0

    static func blank(_ text: String) -> String {
        var blanker = Blanker(input: Array(text.utf8))
        blanker.code(untilParenthesis: false)
        return String(decoding: blanker.output, as: UTF8.self)
    }

    private init(input: [UInt8]) {
        self.input = input
        output.reserveCapacity(input.count)
    }

    private func starts(with text: String, at offset: Int = 0) -> Bool {
        let bytes = Array(text.utf8)
        let start = index + offset
        return start + bytes.count <= input.count && input[start..<start + bytes.count].elementsEqual(bytes)
    }

    private mutating func keep(_ count: Int = 1) {
        for _ in 0..<count where index < input.count {
            output.append(input[index])
            index += 1
        }
    }

    /// Newlines stay, so that line numbers do.
    private mutating func hide(_ count: Int = 1) {
        for _ in 0..<count where index < input.count {
            output.append(input[index] == UInt8(ascii: "\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
            index += 1
        }
    }

    private mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while index < input.count {
            if starts(with: "//") {
                while index < input.count, input[index] != UInt8(ascii: "\n") { hide() }
            } else if starts(with: "/*") {
                blockComment()
            } else if let pounds = poundsBeforeString() {
                string(pounds: pounds)
            } else {
                if input[index] == UInt8(ascii: "(") { depth += 1 }
                if input[index] == UInt8(ascii: ")") {
                    if untilParenthesis, depth == 0 { return keep() }
                    depth -= 1
                }
                keep()
            }
        }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                hide(2)
            } else if starts(with: "*/") {
                depth -= 1
                hide(2)
            } else {
                hide()
            }
        } while depth > 0 && index < input.count
    }

    /// The number of `#` before the quotation mark when a string literal starts here.
    private func poundsBeforeString() -> Int? {
        var pounds = 0
        while starts(with: "#", at: pounds) { pounds += 1 }
        return starts(with: "\"", at: pounds) ? pounds : nil
    }

    private mutating func string(pounds: Int) {
        keep(pounds)
        let fence = String(repeating: "#", count: pounds)
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        keep(quotes.utf8.count)
        while index < input.count {
            if starts(with: quotes + fence) { return keep(quotes.utf8.count + pounds) }
            // A one-line string that is not closed: C's preprocessor, or a mistake that the compiler reports.
            if quotes == "\"", input[index] == UInt8(ascii: "\n") { return }
            if starts(with: "\\" + fence + "(") {
                hide(1 + pounds)
                keep()
                code(untilParenthesis: true)
            } else if starts(with: "\\" + fence) {
                hide(2 + pounds)
            } else {
                hide()
            }
        }
    }
}
