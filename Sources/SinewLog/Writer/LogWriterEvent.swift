// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What can happen to a ``LogWriter``.
public enum LogWriterEvent: MachineEvent, Sendable {
    /// There may be something to do: something was appended, or the time that it asked for has come.
    case tick
    /// Somebody wants everything that is written to last.
    case flush
    /// The segment was made.
    case rolled
    /// The round was written: its chain, and its memory to be used again.
    case wrote(chain: UInt32, spare: [UInt8])
    /// The file was synchronised.
    case synchronized
    /// The file was cut and synchronised.
    case truncated
    /// The last action failed.
    case failed(FileError)
    /// Nothing more is appended: write what there is, and that it was the last.
    case close
}

/// What a ``LogWriter`` wants done, in this order; at most one of those that are answered is under way.
public enum LogWriterAction: Sendable {
    /// Synchronise the segment there is, make this one beside it, and have both last; answer
    /// ``LogWriterEvent/rolled``.
    case roll(SegmentHeader)
    /// Complete this round and write it at its place; answer ``LogWriterEvent/wrote(chain:spare:)``.
    case write(LogRound)
    /// Synchronise the segment's file; answer ``LogWriterEvent/synchronized``.
    case synchronize
    /// Cut the segment's file to so many bytes and synchronise it; answer ``LogWriterEvent/truncated``.
    case truncate(to: Int)
    /// Everything below the first offset is written, and everything below the second lasts: whoever waits for that goes
    /// on, and readers may see it.
    case published(written: UInt64, durable: UInt64)
    /// Nothing that was appended from this offset on and waits is in the log, or it is not known: the error says which.
    case ended(from: UInt64, LogError)
    /// Everything is written and lasts, and the log says that it was closed.
    case closed
}
