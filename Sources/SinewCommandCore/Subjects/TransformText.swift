// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects

/// A transform as one text: `source => destination`.
struct TransformText {
    private let source: [UInt8]
    private let destination: [UInt8]

    /// Whether some bytes have an arrow.
    static func isTransform(_ bytes: [UInt8]) -> Bool { arrow(in: bytes) != nil }

    /// Without an arrow all of it is the source, and the destination is empty.
    init(_ bytes: [UInt8]) {
        let start = Self.arrow(in: bytes)
        source = Array(bytes[..<(start ?? bytes.count)])
        destination = start.map { Array(bytes[($0 + Self.mark.count)...]) } ?? []
    }

    private static let mark = Array(" => ".utf8)

    private static func arrow(in bytes: [UInt8]) -> Int? {
        bytes.indices.first { bytes[$0...].starts(with: mark) }
    }

    func transform() throws(SubjectError) -> SubjectTransform {
        let filter: SubjectFilter = try source.isEmpty ? ">" : SubjectFilter(bytes: source)
        return try SubjectTransform(from: filter, to: destination)
    }

    /// The words of nats-server for an error.
    func reason(for error: SubjectError) -> String {
        let words: String
        switch error.code {
        case .unknownFunction: words = "unknown function"
        case .tooFewArguments: words = "not enough arguments passed to the function"
        case .tooManyArguments: words = "too many arguments passed to the function"
        case .invalidArgument: words = "function argument is invalid or in the wrong format"
        case .wildcardOutOfRange: words = "wildcard index out of range"
        default: return "invalid subject"
        }
        let tokens = Array(SubjectTokens(destination))
        let token = error.token.map { tokens[$0 - 1].description } ?? ""
        return "invalid mapping destination: \(words) in \(token)"
    }
}
