// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewSubjects
public import ZeroMQ

/// A message that a ``SubjectSubscriber`` received: what it is about, what it says, and who asked for it.
public struct SubjectMessage: Sendable {
    /// What it is about: the message's first frame.
    public let subject: Subject
    /// The whole message, as it came: the subject and at least one frame of payload.
    ///
    /// It shares its buffer with other received messages; keep a `copy()` of it when you keep a few small ones for
    /// long.
    public let message: Message
    /// The subscriptions whose filters match the subject; at least one. In the order that
    /// `SubjectIndex` describes.
    public let subscriptions: [SubjectSubscriber.Subscription]

    /// The first frame of the payload, which is all of it for most publishers.
    public var payload: Frame { message.frames[1] }

    /// All frames of the payload, in order; at least one.
    ///
    /// - Complexity: O(frames); bytes are not copied.
    public var payloadFrames: [Frame] { Array(message.frames.dropFirst()) }

    init(subject: Subject, message: Message, subscriptions: [SubjectSubscriber.Subscription]) {
        self.subject = subject
        self.message = message
        self.subscriptions = subscriptions
    }
}
