// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What one run of one contender measured: a value by name, `["throughput": 3.1e6, "cpu-per-message": 412]`.
package struct Sample: Sendable, Equatable {
    package var values: [String: Double]

    package init(_ values: [String: Double]) {
        self.values = values
    }

    /// The line a child process reports itself with: `report name=value name=value`.
    package var line: String {
        let fields = self.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (["report"] + fields).joined(separator: " ")
    }

    /// Reads a child's report; `nil` when the line is something else.
    package init?(line: String) {
        let words = line.split(separator: " ")
        guard words.first == "report" else { return nil }
        var values: [String: Double] = [:]
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let value = Double(parts[1]) else { return nil }
            values[String(parts[0])] = value
        }
        self.values = values
    }

    /// The value of that name.
    package subscript(name: String) -> Double {
        get throws(HarnessError) {
            guard let value = self.values[name] else { throw HarnessError("a run did not report '\(name)'") }
            return value
        }
    }
}

/// Something that kept a comparison from being made, said in one sentence.
package struct HarnessError: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
