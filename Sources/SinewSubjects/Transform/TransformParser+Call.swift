// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension TransformParser {
    /// A token of the form `{{name(argument, …)}}`.
    struct Call {
        /// Nil for one that does not exist, or is not called.
        let name: Name?
        /// At least one, without white space around them; the only one may be empty.
        let arguments: [ArraySlice<UInt8>]

        /// The functions. Their names may also begin each word with a capital letter.
        enum Name: String, CaseIterable {
            // The words begin with capital letters here, so that one can see where they begin.
            case wildcard = "Wildcard"
            case partition = "Partition"
            case random = "Random"
            case split = "Split"
            case splitFromLeft = "SplitFromLeft"
            case splitFromRight = "SplitFromRight"
            case sliceFromLeft = "SliceFromLeft"
            case sliceFromRight = "SliceFromRight"
            case left = "Left"
            case right = "Right"

            static var list: String { allCases.map { "\($0)" }.joined(separator: ", ") }

            /// Whether some bytes are the name: capital letters may be small.
            func isSpelled(_ text: ArraySlice<UInt8>) -> Bool {
                let name = rawValue.utf8
                return text.count == name.count
                    && zip(text, name).allSatisfy { $0 == $1 || ($1 < 0x60 && $0 == $1 | 0x20) }
            }
        }

        /// Nil when the token is not in double braces, and so a literal.
        init?(_ token: ArraySlice<UInt8>) {
            let isInBraces = token.starts(with: "{{".utf8) && token.suffix(2).elementsEqual("}}".utf8)
            guard token.count > 4, isInBraces else { return nil }
            let text = Self.trimmed(token.dropFirst(2).dropLast(2))
            let word = text.prefix { $0 != UInt8(ascii: "(") }
            guard text.count > word.count, text.last == UInt8(ascii: ")") else {
                name = nil
                arguments = []
                return
            }
            let spelled = Self.trimmed(word)
            name = Name.allCases.first { $0.isSpelled(spelled) }
            let list = text.dropFirst(word.count + 1).dropLast()
            arguments = list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Self.trimmed)
        }

        static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || (0x0A...0x0D).contains(byte) }

        private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            var text = text.drop(while: isSpace)
            while let last = text.last, isSpace(last) { text.removeLast() }
            return text
        }
    }
}
