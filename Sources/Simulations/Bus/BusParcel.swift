// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore

/// What goes between two nodes of the simulated bus: one frame on a lane of a link, or back over its control lane.
package struct BusParcel: Sendable {
    enum Body: Sendable {
        case control(ControlFrame)
        /// The same as bytes, in some runs.
        case controlBytes([UInt8])
        case data([UInt8])
        case answer(ControlFrame)
        case answerBytes([UInt8])
        /// Nobody listens there any more.
        case reset
    }

    /// Whose link, and which.
    let link: LinkID
    /// Over which of the connections between the two it goes, as its sender knows them: what is of an earlier one than
    /// stands has ended with it.
    let epoch: UInt32
    let body: Body

    /// Frames of one number are in order; the others may overtake them.
    var lane: Int {
        switch body {
        case .control, .controlBytes: 0
        case .data: 1
        case .answer, .answerBytes, .reset: 2
        }
    }

    static let lanes = 3
}
