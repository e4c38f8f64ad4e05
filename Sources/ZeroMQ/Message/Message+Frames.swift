// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Message {
    /// A message's frames, in order.
    public var frames: Frames { Frames(message: self) }

    /// The frames of a message: a collection without a copy.
    public struct Frames: RandomAccessCollection, Sendable {
        let message: Message

        /// Always zero.
        public var startIndex: Int { 0 }

        /// The number of frames.
        public var endIndex: Int { message.frameCount }

        /// The frame at a position from 0 to `count - 1`.
        public subscript(position: Int) -> Frame {
            precondition(position >= 0 && position < message.frameCount, "frame index out of range")
            return Frame(slab: message.slab, index: message.index + position)
        }
    }
}
