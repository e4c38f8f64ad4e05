// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What cannot be written.
extension LogWriter {
    mutating func failed(_ error: FileError, _ actions: inout Actions<LogWriterAction>) {
        switch stage {
        case .rolling where error.code == .noSpace:
            if let former { segment = former }
            giveUp(&actions)
        case .writing where error.code == .noSpace:
            stage = .truncating
            actions.append(.truncate(to: end.position))
        case .rolling, .writing, .synchronizing, .truncating:
            stage = .poisoned(error)
            arena.removeAll()
            let what = "what was appended from offset \(durableEnd) on may last or not: \(error)"
            actions.append(.ended(from: durableEnd, LogError(.indeterminate, what, cause: error)))
        case .idle, .closed, .poisoned: break
        }
    }

    /// There was no space: what was to be written is in the log neither now nor later.
    mutating func giveUp(_ actions: inout Actions<LogWriterAction>) {
        stage = .idle
        round = nil
        written = nil
        former = nil
        arena.removeAll()
        wantsSynchronizing = false
        nextOffset = writtenEnd
        actions.append(.ended(from: writtenEnd, LogError(.noSpace, "what was appended from offset \(writtenEnd) on")))
    }
}
