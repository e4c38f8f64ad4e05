// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectGrammar {
    /// What is to be made of some bytes.
    enum Form {
        /// A subject to publish to, without wildcards.
        case subject
        case filter
    }

    /// Checks some bytes, and says whether they have no wildcards.
    func check(_ bytes: [UInt8], as form: Form) throws(SubjectError) -> Bool {
        guard !isPlain(bytes.span) else { return true }
        try checkLength(bytes)
        var isLiteral = true
        var start = 0
        var number = 1
        while true {
            let end = bytes[start...].firstIndex(of: SubjectToken.separator) ?? bytes.count
            switch try checkToken(bytes, start..<end, number) {
            case .literal: break
            case .rest where end < bytes.count:
                let advice = "put '>' at the end, or use '*', which stands for one token"
                throw SubjectError(.restIsNotLast, subject: bytes, position: start, token: number, advice: advice)
            case .any, .rest: isLiteral = false
            }
            if form == .subject, !isLiteral {
                let advice = "publish to one subject, or make it a SubjectFilter"
                throw SubjectError(.wildcardInSubject, subject: bytes, position: start, token: number, advice: advice)
            }
            guard end < bytes.count else { return isLiteral }
            start = end + 1
            number += 1
        }
    }

    /// Whether it is one of most subjects: literal, and of characters that every grammar allows. What is not is looked
    /// at closely.
    private func isPlain(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= limits.maximumBytes else { return false }
        var start = 0
        var count = 1
        for position in 0..<bytes.count {
            switch bytes[position] {
            case SubjectToken.separator:
                guard start < position else { return false }
                start = position + 1
                count += 1
            case SubjectToken.any, SubjectToken.rest: return false
            case 0x21..<0x7F: break
            default: return false
            }
        }
        return start < bytes.count && count <= limits.maximumTokens
    }

    /// Checks what concerns the bytes as a whole.
    func checkLength(_ bytes: [UInt8]) throws(SubjectError) {
        guard !bytes.isEmpty else {
            throw SubjectError(.emptySubject, subject: bytes, advice: "name at least one token, as in 'orders.new'")
        }
        guard bytes.count <= limits.maximumBytes else {
            let advice = "it has \(bytes.count) bytes and may have \(limits.maximumBytes); use shorter or fewer tokens"
            throw SubjectError(.tooLong, subject: bytes, position: limits.maximumBytes, advice: advice)
        }
        if rules.contains(.validUTF8) { try checkText(bytes) }
    }

    /// Checks the token with a number, counted from 1, and says what it stands for.
    func checkToken(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        _ number: Int
    ) throws(SubjectError) -> SubjectToken.Kind {
        func failure(_ code: SubjectError.Code, _ position: Int, _ advice: String) -> SubjectError {
            SubjectError(code, subject: bytes, position: position, token: number, advice: advice)
        }
        guard number <= limits.maximumTokens else {
            throw failure(.tooManyTokens, range.lowerBound, "use at most \(limits.maximumTokens) tokens")
        }
        guard !range.isEmpty else {
            throw failure(.emptyToken, range.lowerBound, "remove a dot, or write a token there")
        }
        let kind = SubjectToken.Kind(of: bytes[range])
        guard kind == .literal else { return kind }
        for position in range {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: throw failure(.whitespace, position, "use '-' or '_' instead")
            case 0 where rules.contains(.noLostText): throw failure(.controlByte, position, "remove the NUL")
            case 0..<0x20, 0x7F:
                guard !rules.contains(.noControlBytes) else {
                    throw failure(.controlByte, position, "remove it, or use the grammar .nats")
                }
            case SubjectToken.any, SubjectToken.rest:
                guard !rules.contains(.noWildcardsInsideTokens) else {
                    throw failure(.wildcardInsideToken, position, "separate it with dots, or use the grammar .nats")
                }
            default: break
            }
        }
        return .literal
    }

    private func checkText(_ bytes: [UInt8]) throws(SubjectError) {
        guard String(validating: bytes, as: UTF8.self) == nil || rules.contains(.noLostText) else { return }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var position = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput: return
            case .valid(let scalar):
                // U+FFFD in UTF-8.
                let isLost = rules.contains(.noLostText) && scalar.elementsEqual([0xEF, 0xBF, 0xBD] as [UInt8])
                guard !isLost else { throw invalidText(bytes, position, "it has U+FFFD, which stands for lost bytes") }
                position += scalar.count
            case .error: throw invalidText(bytes, position, "encode it as UTF-8, or use the grammar .nats")
            }
        }
    }

    private func invalidText(_ bytes: [UInt8], _ position: Int, _ advice: String) -> SubjectError {
        let token = bytes[..<position].count { $0 == SubjectToken.separator } + 1
        return SubjectError(.invalidText, subject: bytes, position: position, token: token, advice: advice)
    }
}
