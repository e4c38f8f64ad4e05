// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewSubjects
public import ZeroMQ

extension SubjectPublisher {
    /// Sends a payload to every peer that asked for the subject.
    ///
    /// Returning means that libzmq has the message. With `PublisherOverflow.wait` it suspends while the queue of
    /// a peer that wants the message is full; else it does not wait.
    ///
    /// - Parameters:
    ///   - payload: What to send.
    ///   - subject: What it is about.
    ///   - timeout: How long to wait at most; nil, the default, for as long as it takes.
    /// - Throws: `ZMQError` with the code `timedOut`, `cancelled`, `closed`, `contextTerminated` or `messageTooLarge`:
    ///   nothing was sent.
    public func publish(_ payload: Frame, to subject: Subject, timeout: Duration? = nil) async throws(ZMQError) {
        try await socket.send(Self.message(payload, subject), timeout: timeout)
    }

    /// Sends a payload of several frames; see ``publish(_:to:timeout:)-(Frame,_,_)``.
    ///
    /// - Parameters:
    ///   - payload: One frame or more.
    ///   - subject: What it is about.
    ///   - timeout: How long to wait at most; nil, the default, for as long as it takes.
    /// - Throws: `ZMQError.Code.emptyMessage` where there is no frame, and what the other throws.
    public func publish(_ payload: [Frame], to subject: Subject, timeout: Duration? = nil) async throws(ZMQError) {
        try await socket.send(Self.message(payload, subject), timeout: timeout)
    }

    /// Sends bytes; arrays of 2 KiB and more are not copied. See ``publish(_:to:timeout:)-(Frame,_,_)``.
    ///
    /// - Parameters:
    ///   - payload: The bytes, which may be none.
    ///   - subject: What it is about.
    ///   - timeout: How long to wait at most; nil, the default, for as long as it takes.
    /// - Throws: What the other throws.
    public func publish(_ payload: [UInt8], to subject: Subject, timeout: Duration? = nil) async throws(ZMQError) {
        try await publish(Frame(payload), to: subject, timeout: timeout)
    }

    /// Sends a text's UTF-8 bytes; see ``publish(_:to:timeout:)-(Frame,_,_)``.
    ///
    /// - Parameters:
    ///   - payload: The text, which may be empty.
    ///   - subject: What it is about.
    ///   - timeout: How long to wait at most; nil, the default, for as long as it takes.
    /// - Throws: What the other throws.
    public func publish(_ payload: String, to subject: Subject, timeout: Duration? = nil) async throws(ZMQError) {
        try await publish(Frame(payload), to: subject, timeout: timeout)
    }

    /// Sends a payload if that is possible now.
    ///
    /// - Parameters:
    ///   - payload: What to send.
    ///   - subject: What it is about.
    /// - Returns: False when it would have to wait, as it may with `PublisherOverflow.wait`: nobody got the
    ///   message.
    /// - Throws: `ZMQError` with the code `closed`, `contextTerminated` or `messageTooLarge`: nothing was sent.
    public func tryPublish(_ payload: Frame, to subject: Subject) throws(ZMQError) -> Bool {
        try socket.trySend(Self.message(payload, subject))
    }

    /// Sends a payload of several frames if that is possible now; see ``tryPublish(_:to:)-(Frame,_)``.
    ///
    /// - Parameters:
    ///   - payload: One frame or more.
    ///   - subject: What it is about.
    /// - Returns: False when it would have to wait: nobody got the message.
    /// - Throws: `ZMQError.Code.emptyMessage` where there is no frame, and what the other throws.
    public func tryPublish(_ payload: [Frame], to subject: Subject) throws(ZMQError) -> Bool {
        try socket.trySend(Self.message(payload, subject))
    }

    /// Sends a text's UTF-8 bytes if that is possible now; see ``tryPublish(_:to:)-(Frame,_)``.
    ///
    /// - Parameters:
    ///   - payload: The text, which may be empty.
    ///   - subject: What it is about.
    /// - Returns: False when it would have to wait: nobody got the message.
    /// - Throws: What the other throws.
    public func tryPublish(_ payload: String, to subject: Subject) throws(ZMQError) -> Bool {
        try tryPublish(Frame(payload), to: subject)
    }

    private static func message(_ payload: Frame, _ subject: Subject) -> Message {
        Message(Frame(subject.bytes), payload)
    }

    private static func message(_ payload: [Frame], _ subject: Subject) throws(ZMQError) -> Message {
        guard !payload.isEmpty else {
            let advice = "pass at least one frame of payload, which may be empty"
            throw ZMQError(.emptyMessage, operation: "publish to \(subject)", advice: advice)
        }
        return try Message(frames: [Frame(subject.bytes)] + payload)
    }
}
