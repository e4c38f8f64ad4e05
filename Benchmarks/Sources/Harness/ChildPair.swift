// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Two children that talk to each other over one endpoint: one listens, the other connects.
package struct ChildPair {
    /// Which of the two measures. The other one goes on until that one has reported.
    package enum Side: Sendable {
        case listening
        case connecting
    }

    package let listening: ChildKind
    package let connecting: ChildKind
    package let measuring: Side
    /// Whether each has a core of its own, or the system decides where they run.
    package let isPinned: Bool

    package init(listening: ChildKind, connecting: ChildKind, measuring: Side, isPinned: Bool = true) {
        self.listening = listening
        self.connecting = connecting
        self.measuring = measuring
        self.isPinned = isPinned
    }

    /// Runs both, the connecting one on core 0 and the listening one on core 1 where threads can be and are pinned.
    ///
    /// - Returns: the reports of the one that measures, and of the other.
    package func run(_ options: [String: String]) throws -> (measured: Sample, other: Sample) {
        let listener = try ChildProcess(self.listening, options.merging(["core": self.isPinned ? "1" : "-1"]) { $1 })
        let address = ["endpoint": try listener.endpoint(), "core": self.isPinned ? "0" : "-1"]
        let connector = try ChildProcess(self.connecting, options.merging(address) { $1 })
        let (measurer, other) = self.measuring == .listening ? (listener, connector) : (connector, listener)
        let measured = try measurer.report()
        other.release()
        return (measured, try other.report())
    }
}

/// One child that listens, and several alike that connect to it and measure.
package struct ChildGroup {
    package let listening: ChildKind
    package let connecting: ChildKind
    package let connectors: Int
    /// Whether the listening one has a core of its own, or the system decides where they run.
    package let isPinned: Bool

    package init(listening: ChildKind, connecting: ChildKind, connectors: Int, isPinned: Bool = true) {
        self.listening = listening
        self.connecting = connecting
        self.connectors = connectors
        self.isPinned = isPinned
    }

    /// Runs all, the listening one on core 0 and the others on core 1 where threads can be and are pinned.
    ///
    /// - Returns: the reports of those that connect, and of the one that listens.
    package func run(_ options: [String: String]) throws -> (measured: [Sample], other: Sample) {
        let listener = try ChildProcess(self.listening, options.merging(["core": self.isPinned ? "0" : "-1"]) { $1 })
        let address = ["endpoint": try listener.endpoint(), "core": self.isPinned ? "1" : "-1"]
        let merged = options.merging(address) { $1 }
        let connectors = try (0..<self.connectors).map { _ in try ChildProcess(self.connecting, merged) }
        let measured = try connectors.map { try $0.report() }
        listener.release()
        return (measured, try listener.report())
    }
}
