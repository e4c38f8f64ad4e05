// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
public import SinewCore
import ZeroMQ

/// An answer to a request.
public struct Reply: Sendable {
    private let origin: MessageOrigin
    private let ranges: (payload: FrameRange, headers: FrameRange)

    init(_ origin: MessageOrigin, _ record: Record) {
        guard origin.isWasted(on: Int(record.payload.count) + Int(record.headers.count)) else {
            self.origin = origin
            ranges = (record.payload, record.headers)
            return
        }
        let whole = origin.frame
        var own: [UInt8] = []
        let headers = record.headers.copy(from: whole.bytes, to: &own)
        ranges = (record.payload.copy(from: whole.bytes, to: &own), headers)
        self.origin = origin.moved(to: own)
    }

    /// How many bytes it has.
    var size: Int { Int(ranges.payload.count) + Int(ranges.headers.count) }

    /// The bytes of the answer.
    public var payload: Payload { Payload(origin.frame, ranges.payload) }

    /// What was said beside it.
    public var headers: Headers {
        let frame = origin.frame
        return Headers(decoding: ranges.headers, in: frame.bytes)
    }

    /// The node that answered.
    public var responder: NodeID { origin.publisher.node }

    /// The name of that node.
    public var responderName: String { origin.publisherName }
}

/// What a responder answers.
public struct Response: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The bytes.
    public var payload: [UInt8]
    /// What is said beside them.
    public var headers: Headers

    /// An answer of bytes.
    ///
    /// - Parameters:
    ///   - payload: The bytes.
    ///   - headers: What is said beside them.
    public init(_ payload: some Sequence<UInt8>, headers: Headers = Headers()) {
        self.payload = Array(payload)
        self.headers = headers
    }

    /// An answer of a text's UTF-8 bytes.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - headers: What is said beside it.
    public init(_ text: String, headers: Headers = Headers()) { self.init(text.utf8, headers: headers) }

    /// An answer of a literal's UTF-8 bytes.
    ///
    /// - Parameter value: The literal.
    public init(stringLiteral value: String) { self.init(value) }
}
