// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How a log is written.
public struct LogWriterOptions: Hashable, Sendable {
    /// The size from which on the next segment is begun, in bytes; 4 KiB to 1 GiB. Default 64 MiB.
    public var segmentBytes = 64 << 20
    /// How much may wait to be written, in bytes, at most 1 GiB; appending more waits. Default 4 MiB.
    public var arenaBytes = 4 << 20
    /// The size at which the records of single appends are no longer put into one batch, in bytes: damage to one bit
    /// loses as much. Default 64 KiB.
    public var batchBytes = 64 << 10
    /// When records are synchronised that nobody waits for.
    public var flush = FlushPolicy.everyCommit
    /// How long after the last record a proof is written that it was synchronised. Default 100 ms.
    public var proofDelay: Duration = .milliseconds(100)

    /// The defaults.
    public init() {}

    /// With all sizes within what the format can have.
    var normalized: LogWriterOptions {
        var options = self
        options.segmentBytes = min(max(512, segmentBytes), 1 << 30)
        options.arenaBytes = min(max(1, arenaBytes), 1 << 30)
        options.batchBytes = min(max(1, batchBytes), 16 << 20)
        return options
    }
}

/// When a log synchronises what nobody waits for. What somebody waits for is synchronised at once.
public enum FlushPolicy: Hashable, Sendable {
    /// Each time that something was written.
    case everyCommit
    /// When nothing was synchronised for so long.
    case interval(Duration)
    /// When so many bytes were written since.
    case bytes(Int)
    /// When the system likes to: a failure of the power may lose what it had not written, a failure of the process does
    /// not.
    case bySystem
}
