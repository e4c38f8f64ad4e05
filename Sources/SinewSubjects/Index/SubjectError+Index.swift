// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectError.Code {
    /// The index has as many entries as its limit.
    public static let tooManyEntries = Self("tooManyEntries", "the index is full")
    /// Too many tokens of filters have hashes that meet, with any of several seeds. Chance does not do that.
    public static let crowded = Self("crowded", "the index's hash table has no place for it")
}

extension SubjectFilter {
    /// For bytes that were those of a filter.
    init(unchecked bytes: [UInt8], isLiteral: Bool) {
        self.bytes = bytes
        self.isLiteral = isLiteral
    }
}
