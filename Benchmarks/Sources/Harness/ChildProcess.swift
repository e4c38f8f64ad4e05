// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A process that does one side's work: a copy of this executable, `compare child NAME key=value …`, or a peer's
/// program that takes the same words.
///
/// The child prints `ready ENDPOINT` when a peer may come, and one `report …` line when it has measured. Its standard
/// input stays open until `release()`; a child whose work has to reach somebody else first waits for that.
package final class ChildProcess {
    private let name: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()
    /// Whether it was stopped, so that it hears of nothing but its end.
    private var isStopped = false

    /// Starts the child with the options given.
    package init(_ kind: ChildKind, _ options: [String: String]) throws {
        self.name = kind.name
        self.process.executableURL = try kind.executable()
        self.process.arguments =
            kind.arguments + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        self.process.standardInput = self.input
        self.process.standardOutput = self.output
        try self.process.run()
    }

    deinit {
        guard self.process.isRunning else { return }
        if self.isStopped { self.end() } else { self.process.terminate() }
    }

    /// Waits until the child announces its endpoint.
    package func endpoint() throws -> String {
        while let line = self.nextLine() {
            if line.hasPrefix("ready ") { return String(line.dropFirst("ready ".count)) }
        }
        throw self.failure("before it was ready")
    }

    /// Lets the child end: its standard input is closed.
    package func release() {
        try? self.input.fileHandleForWriting.close()
    }

    /// Stops the child where it is: it hangs, its connections stay.
    package func stop() {
        self.isStopped = true
        kill(self.process.processIdentifier, SIGSTOP)
    }

    /// Ends the child at once, without a word to anybody.
    package func end() {
        kill(self.process.processIdentifier, SIGKILL)
        self.process.waitUntilExit()
    }

    /// Waits for the child's report and its end.
    package func report() throws -> Sample {
        var report: Sample?
        while let line = self.nextLine() {
            report = Sample(line: line) ?? report
            if report != nil { self.release() }
        }
        self.process.waitUntilExit()
        guard let report, self.process.terminationStatus == 0 else { throw self.failure("without a report") }
        return report
    }

    private func failure(_ moment: String) -> HarnessError {
        self.release()
        self.process.waitUntilExit()
        let how = self.process.terminationReason == .uncaughtSignal ? "by signal" : "with status"
        return HarnessError("the child '\(self.name)' ended \(moment), \(how) \(self.process.terminationStatus)")
    }

    private func nextLine() -> String? {
        while true {
            if let end = self.buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: self.buffer[..<end], as: UTF8.self)
                self.buffer = Data(self.buffer[(end + 1)...])
                return line
            }
            let more = self.output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            self.buffer.append(more)
        }
    }
}
