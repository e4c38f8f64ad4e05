// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

struct SubjectTransformCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transform",
        abstract: "Print what a transform makes of a subject; status 1 when its source does not match.",
        discussion: """
            A token of the destination is text, $1 or {{wildcard(1)}} for what the first * stands for, > at the end, \
            or one of {{partition(N)}}, {{partition(N,1,2)}}, {{random(N)}}, {{split(1,-)}}, {{splitFromLeft(1,n)}}, \
            {{splitFromRight(1,n)}}, {{sliceFromLeft(1,n)}}, {{sliceFromRight(1,n)}}, {{left(1,n)}}, {{right(1,n)}}.

            Example: sinew subject transform 'orders.*.*' 'p.{{partition(4,1)}}.$2' orders.us.new

            \(SubjectCommand.exitHelp)
            """
    )

    @Argument(help: "The filter of the subjects that are transformed.") var source: String
    @Argument(help: "What they become.") var destination: String
    @Argument(help: "The subject.") var subject: String

    func run() async throws {
        var generator = SystemNumbers()
        let result = try SubjectAnswers.transform(from: source, to: destination, subject, using: &generator)
        guard let result else {
            throw CommandFailure(.no, "'\(source)' does not match '\(subject)': nothing becomes of it")
        }
        try await Output().write(line: result)
    }
}

/// The system's random numbers. A variable of `SystemRandomNumberGenerator` has no size, and ThreadSanitizer takes the
/// address that it is given for one that another thread uses.
private struct SystemNumbers: RandomNumberGenerator {
    private var count: UInt64 = 0

    mutating func next() -> UInt64 {
        count &+= 1
        return .random(in: 0 ... .max)
    }
}
