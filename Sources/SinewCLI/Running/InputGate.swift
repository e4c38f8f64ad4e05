// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Lets one who has enough end the reading of input, but not the sending of what was read.
final class InputGate: Sendable {
    private struct State {
        var isReading = false
        var isClosed = false
    }

    private let state = Locked(State())

    /// Reading begins; false when nothing more is to be read.
    func enter() -> Bool {
        state.withLock { state in
            state.isReading = !state.isClosed
            return state.isReading
        }
    }

    /// Reading is over.
    func leave() { state.withLock { $0.isReading = false } }

    /// Nothing more is to be read. True when nothing is left to be sent either, since the sender waits for input.
    func close() -> Bool {
        state.withLock { state in
            state.isClosed = true
            return state.isReading
        }
    }
}
