// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Something said beside a record's payload. Names may repeat, and keep their order.
public struct LogHeader: Hashable, Sendable {
    /// The longest name, in bytes of UTF-8.
    public static let maximumNameBytes = 256
    /// The most headers of a record.
    public static let maximumCount = 64

    /// What it is called.
    public let name: String
    /// What it says.
    public let value: [UInt8]

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - name: What it is called: 1 to 256 bytes of UTF-8.
    ///   - value: What it says.
    public init(_ name: String, _ value: some Sequence<UInt8>) {
        self.name = name
        self.value = Array(value)
    }

    /// One that says a text.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - text: What it says.
    public init(_ name: String, _ text: String) { self.init(name, text.utf8) }
}
