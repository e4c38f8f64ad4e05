// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import ZeroMQ

/// What the messages of one frame have in common: one object for all of them, so that each is a few words.
final class MessageOrigin: Sendable {
    let frame: Frame
    let publisher: ProcessID
    let publisherName: String
    /// The number of the frame's first record.
    let first: UInt64

    init(frame: Frame, publisher: ProcessID, publisherName: String, first: UInt64) {
        self.frame = frame
        self.publisher = publisher
        self.publisherName = publisherName
        self.first = first
    }
}
