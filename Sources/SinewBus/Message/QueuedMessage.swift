// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import ZeroMQ

/// A message that waits for its reader: places in a frame.
///
/// It does not refer to the frame: those of one frame wait together, and refer to it once. Counting a reference for
/// each message, by the thread that receives and by the one that reads, took more time than all else together.
struct QueuedMessage: Sendable {
    private(set) var subject: FrameRange
    private(set) var payload: FrameRange
    private(set) var headers: FrameRange
    /// Which of the frame's records it is.
    let position: UInt32
    let isRequest: Bool
    let requestID: UInt64

    init(_ record: Record, position: UInt32) {
        subject = record.subject
        payload = record.payload
        headers = record.headers
        isRequest = record.isRequest
        requestID = record.requestID
        self.position = position
    }

    /// Copies its bytes from the frame that it came in to the end of another one, where it is from now on.
    mutating func move(from frame: Span<UInt8>, to other: inout [UInt8]) {
        subject = subject.copy(from: frame, to: &other)
        headers = headers.copy(from: frame, to: &other)
        payload = payload.copy(from: frame, to: &other)
    }
}

extension QueuedMessage: QueueElement {
    /// What it counts as where bytes are counted.
    var size: Int { Int(payload.count) + Int(subject.count) + 64 }

    func source(from origin: MessageOrigin) -> MessageSource {
        MessageSource(origin.publisher, sequence: origin.first + UInt64(position))
    }
}
