// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Sinew

/// How a service talks with the one who started it: words on standard output, orders on standard input.
struct Voice: Sendable {
    /// What it is told to do, until its input ends. When that ends without an order the one who started it has gone,
    /// so it goes too.
    let commands: AsyncStream<String>

    /// Begins to listen.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        commands = stream
        Thread.detachNewThread {
            while let line = readLine() { continuation.yield(line) }
            exit(3)
        }
    }

    /// Says something; it is out when the call returns.
    func say(_ words: Word...) { say(words) }

    /// Says several things at once.
    func say(_ words: [Word]) {
        let text = words.map { "\($0.line)\n" }.joined()
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    /// Waits for the next command.
    func nextCommand() async -> [String]? {
        for await line in commands { return line.split(separator: " ").map(String.init) }
        return nil
    }
}
