// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
public import SinewCore
public import SinewSubjects
import ZeroMQ

/// A message as a subscriber gets it.
public struct BusMessage: Sendable {
    let origin: MessageOrigin
    private let message: QueuedMessage

    @inline(__always)
    init(_ origin: MessageOrigin, _ message: QueuedMessage) {
        self.origin = origin
        self.message = message
    }

    /// What it is about.
    ///
    /// - Complexity: O(bytes): a subject is an array of its own.
    public var subject: Subject { Subject(checked: subjectBytes) }

    /// The bytes that were published.
    public var payload: Payload { Payload(origin.frame, message.payload) }

    /// What was said beside the payload; mostly nothing.
    public var headers: Headers {
        // They were looked at when the frame was read.
        guard !message.headers.isEmpty else { return Headers() }
        let frame = origin.frame
        return (try? Headers(decoding: message.headers.bytes(in: frame.bytes))) ?? Headers()
    }

    /// The node that published it.
    public var publisher: NodeID { origin.publisher.node }

    /// The name of the node that published it.
    public var publisherName: String { origin.publisherName }

    /// Which process of that node.
    public var incarnation: Incarnation { origin.publisher.incarnation }

    /// Its number among the messages of its publisher's process to this node. Events name what was missed by these.
    public var sequence: UInt64 { origin.first + UInt64(message.position) }

    /// Whether its publisher waits for an answer.
    public var isRequest: Bool { message.isRequest }

    /// The request's number at the requester; nil when no answer is wanted.
    var requestID: UInt64? { message.isRequest ? message.requestID : nil }

    /// For a policy that keeps one message of each.
    var subjectBytes: [UInt8] {
        let frame = origin.frame
        return message.subject.array(in: frame.bytes)
    }
}

extension BusMessage: CustomStringConvertible {
    /// The subject and the payload, for a log line.
    public var description: String { "\(subject): \(payload)" }
}
