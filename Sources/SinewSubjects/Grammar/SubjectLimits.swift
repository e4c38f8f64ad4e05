// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How long and how deep a subject or filter may be.
public struct SubjectLimits: Hashable, Sendable {
    /// The most tokens.
    public var maximumTokens: Int
    /// The most bytes, dots included.
    public var maximumBytes: Int

    /// Makes limits. The defaults are those of ``SubjectGrammar/nats``.
    ///
    /// - Parameters:
    ///   - maximumTokens: The most tokens. Default 2048, which 4096 bytes cannot exceed; NATS advises 16.
    ///   - maximumBytes: The most bytes. Default 4096, the longest line of nats-server's protocol (which has more in it
    ///     than the subject); NATS advises 256.
    public init(maximumTokens: Int = 2048, maximumBytes: Int = 4096) {
        self.maximumTokens = maximumTokens
        self.maximumBytes = maximumBytes
    }
}
