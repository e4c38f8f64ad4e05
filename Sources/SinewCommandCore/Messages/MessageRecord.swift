// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A message with what the tool shows beside it.
package struct MessageRecord: Sendable, Hashable {
    /// Its frames, at least one.
    package var frames: [[UInt8]]
    /// Who sent it, or who is to get it (router).
    package var peer: [UInt8]?
    /// The longest prefix that was asked for and that the message begins with (sub).
    package var topic: [UInt8]?
    /// Who sent it, as CURVE has shown.
    package var user: String?
    /// What is said beside the payload (bus).
    package var headers: [BusLine.Header]

    /// Makes one.
    package init(
        frames: [[UInt8]],
        peer: [UInt8]? = nil,
        topic: [UInt8]? = nil,
        user: String? = nil,
        headers: [BusLine.Header] = []
    ) {
        self.headers = headers
        self.frames = frames
        self.peer = peer
        self.topic = topic
        self.user = user
    }

    /// Why a request failed, in a reply that says so: two frames, of which the first is `error`.
    package var failure: String? {
        guard frames.count == 2, frames[0] == Array("error".utf8) else { return nil }
        return String(decoding: frames[1], as: UTF8.self)
    }
}
