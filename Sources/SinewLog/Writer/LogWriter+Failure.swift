// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What cannot be written.
extension LogWriter {
    mutating func failed(_ error: FileError, _ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        switch stage {
        case .rolling where error.code == .noSpace:
            if let former { segment = former }
            giveUp(now, &actions)
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
    ///
    /// Its offsets are given again, and readers of the file may have seen what was at them: so in another epoch, which
    /// lasts before anything of it is shown.
    mutating func giveUp(_ now: Instant, _ actions: inout Actions<LogWriterAction>) {
        stage = .idle
        end.epoch += 1
        isOpening = true
        // A proof is tried again after its delay, and not at once.
        synchronizedAt = now
        round = nil
        written = nil
        former = nil
        arena.removeAll()
        wantsSynchronizing = false
        dropped += nextOffset - writtenEnd
        nextOffset = writtenEnd
        actions.append(.ended(from: writtenEnd, LogError(.noSpace, "what was appended from offset \(writtenEnd) on")))
        guard isClosing else { return }
        endsWithoutProof = true
        begin(now, &actions)
    }
}
