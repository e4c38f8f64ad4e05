// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Performs what a ``LogWriter`` wants, over files: the synchronous half of a log.
///
/// One thread has it. It is the same over real files and over the disk of `SinewTesting`.
public struct LogDriver: Sendable {
    private let log: LogFiles
    private var file: any OpenFile

    /// Goes on with a log that was opened.
    ///
    /// - Parameters:
    ///   - log: The log's files.
    ///   - recovered: What was found when it was opened.
    public init(of log: LogFiles, _ recovered: RecoveredLog) {
        self.log = log
        file = recovered.file
    }

    /// Performs an action.
    ///
    /// - Parameter action: What the writer wants done.
    /// - Returns: What to tell the writer; nil for an action that is not for files.
    public mutating func perform(_ action: LogWriterAction) -> LogWriterEvent? {
        do throws(FileError) {
            switch action {
            case .roll(let header):
                try synchronize()
                file = try log.create(header)
                return .rolled
            case .write(var round):
                let chain = round.complete()
                try file.write(round.bytes, at: round.position)
                return .wrote(chain: chain, spare: round.bytes)
            case .synchronize:
                try synchronize()
                return .synchronized
            case .truncate(let size):
                try file.truncate(to: size)
                try file.synchronize()
                return .truncated
            case .published, .ended, .closed: return nil
            }
        } catch {
            return .failed(error)
        }
    }

    /// Where synchronising finds no space, what was written before may be lost: that is nothing one can go on after.
    private func synchronize() throws(FileError) {
        do throws(FileError) {
            try file.synchronize()
        } catch {
            throw error.withoutRecourse
        }
    }
}
