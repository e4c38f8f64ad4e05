// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A copy of this executable that does one side's work: `compare child NAME key=value …`.
///
/// The child prints `ready ENDPOINT` when a peer may come, and one `report …` line when it has measured. Its standard
/// input stays open until `release()`; a child whose work has to reach somebody else first waits for that.
package final class ChildProcess {
    private let name: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()

    /// Starts the child with the options given.
    package init(_ name: String, _ options: [String: String]) throws {
        self.name = name
        guard let executable = Bundle.main.executableURL else {
            throw HarnessError("the path of this executable is unknown, so no child can be started")
        }
        self.process.executableURL = executable
        self.process.arguments =
            ["child", name] + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        self.process.standardInput = self.input
        self.process.standardOutput = self.output
        try self.process.run()
    }

    deinit {
        if self.process.isRunning { self.process.terminate() }
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

/// Two children that talk to each other over one endpoint: one listens, the other connects.
package struct ChildPair {
    /// Which of the two measures. The other one goes on until that one has reported.
    package enum Side: Sendable {
        case listening
        case connecting
    }

    package let listening: String
    package let connecting: String
    package let measuring: Side

    package init(listening: String, connecting: String, measuring: Side) {
        self.listening = listening
        self.connecting = connecting
        self.measuring = measuring
    }

    /// Runs both, the connecting one on core 0 and the listening one on core 1 where threads can be pinned.
    ///
    /// - Returns: the reports of the one that measures, and of the other.
    package func run(_ options: [String: String]) throws -> (measured: Sample, other: Sample) {
        let listener = try ChildProcess(self.listening, options.merging(["core": "1"]) { $1 })
        let address = ["endpoint": try listener.endpoint(), "core": "0"]
        let connector = try ChildProcess(self.connecting, options.merging(address) { $1 })
        let (measurer, other) = self.measuring == .listening ? (listener, connector) : (connector, listener)
        let measured = try measurer.report()
        other.release()
        return (measured, try other.report())
    }
}
