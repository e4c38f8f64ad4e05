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

    /// The same for another frame with what is of use of this one.
    func moved(to frame: [UInt8]) -> MessageOrigin {
        MessageOrigin(frame: Frame(frame), publisher: publisher, publisherName: publisherName, first: first)
    }

    /// Whether so few bytes of it are of use to somebody that they are copied, instead of keeping the frame for as long
    /// as he takes: who counts what waits counts its bytes, and not those around it.
    func isWasted(on bytes: Int) -> Bool { frame.byteCount > 4096 && bytes < frame.byteCount / 8 }
}
