// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A service as a process, and what it says.
final class Member {
    /// What a process does, as it is seen from here.
    enum Act: Sendable {
        /// It said this.
        case said(Word)
        /// It wrote a line that is no word.
        case babbled(String)
        /// Nothing more comes.
        case closed
        /// It ended; below zero the signal that killed it.
        case ended(Int32)
    }

    let name: String
    private let process = Process()
    private let input = Pipe()

    /// Starts this program as a service.
    ///
    /// - Parameters:
    ///   - program: Where it is.
    ///   - name: What the node is called.
    ///   - arguments: What is said to it.
    ///   - tell: Gets everything it does, from other threads: what it says in order.
    init(program: String, name: String, _ arguments: [String], tell: @escaping @Sendable (String, Act) -> Void) throws {
        self.name = name
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.terminationHandler = { process in
            let status = process.terminationStatus
            tell(name, .ended(process.terminationReason == .uncaughtSignal ? -status : status))
        }
        try process.run()
        let reader = output.fileHandleForReading
        Thread.detachNewThread {
            var rest = Data()
            while case let part = reader.availableData, !part.isEmpty {
                rest.append(part)
                while let end = rest.firstIndex(of: 0x0A) {
                    let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
                    rest = rest[(end + 1)...]
                    tell(name, Word(line).map { .said($0) } ?? .babbled(line))
                }
                rest = Data(rest)
            }
            if !rest.isEmpty { tell(name, .babbled(String(decoding: rest, as: UTF8.self))) }
            tell(name, .closed)
        }
    }

    /// Tells it to do something; whoever has ended does not hear it.
    func tell(_ command: String) { try? input.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8)) }

    /// Stops it where it is, as a machine does that is out of memory or is being moved.
    func freeze() { kill(process.processIdentifier, SIGSTOP) }

    /// Kills it. Nothing happens when it has ended.
    func kill() { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    private func kill(_ process: pid_t, _ signal: Int32) { _ = Foundation.kill(process, signal) }
}
