// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The `key=value` words a child was started with.
package struct ChildOptions: Sendable {
    private let values: [String: String]

    package init(_ words: [String]) throws(HarnessError) {
        var values: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw HarnessError("'\(word)' is not of the form key=value") }
            values[String(parts[0])] = String(parts[1])
        }
        self.values = values
    }

    /// The text of that name.
    package func text(_ name: String) throws(HarnessError) -> String {
        guard let value = self.values[name] else { throw HarnessError("the option '\(name)' is missing") }
        return value
    }

    /// The text of that name, or `fallback` when it was not given.
    package func text(_ name: String, default fallback: String) -> String { self.values[name] ?? fallback }

    /// The whole number of that name.
    package func integer(_ name: String) throws(HarnessError) -> Int {
        let text = try self.text(name)
        guard let value = Int(text) else { throw HarnessError("the option '\(name)' is not a whole number: \(text)") }
        return value
    }

    /// The whole number of that name, or `fallback` when it was not given.
    package func integer(_ name: String, default fallback: Int) throws(HarnessError) -> Int {
        self.values[name] == nil ? fallback : try self.integer(name)
    }

    /// The number of that name.
    package func number(_ name: String) throws(HarnessError) -> Double {
        let text = try self.text(name)
        guard let value = Double(text) else { throw HarnessError("the option '\(name)' is not a number: \(text)") }
        return value
    }
}
