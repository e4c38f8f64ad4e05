// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
public import SinewMembership
public import SinewSubjects

extension Node {
    /// Sends a value, as bytes of the node's codec; see ``publish(_:to:headers:)-(Sequence<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    /// - Returns: To how many it went.
    /// - Throws: As for bytes, and `codec` where the node has no codec or the value has no bytes.
    @discardableResult
    public func publish(
        value: some Encodable & Sendable,
        to subject: Subject,
        headers: Headers = Headers()
    ) async throws(BusError) -> PublishReceipt {
        try await publish(core.options.encoded(value), to: subject, headers: headers)
    }

    /// Asks with a value and waits for one; see ``request(_:to:headers:timeout:)-(Sequence<UInt8>,_,_,_)``.
    ///
    /// - Parameters:
    ///   - value: The question.
    ///   - subject: What it is about.
    ///   - type: What the answer is.
    ///   - headers: What is said beside it.
    ///   - timeout: How long to wait at most.
    /// - Returns: The answer.
    /// - Throws: As for bytes, and `codec` where the node has no codec, or there are no such bytes or no such value.
    public func request<Answer: Decodable & Sendable>(
        value: some Encodable & Sendable,
        to subject: Subject,
        as type: Answer.Type,
        headers: Headers = Headers(),
        timeout: Duration
    ) async throws(BusError) -> Answer {
        let question = try core.options.encoded(value)
        let reply = try await request(question, to: subject, headers: headers, timeout: timeout)
        return try core.options.decoded(type, from: reply.payload.array)
    }

    /// Answers requests with values; see ``respond(to:queue:limit:on:onReady:handler:)``.
    ///
    /// - Parameters:
    ///   - filter: Which subjects.
    ///   - queue: The queue group of the responders.
    ///   - type: What the questions are.
    ///   - limit: How many requests are worked on at once.
    ///   - onReady: Called once, when every connected peer knows that it can ask here.
    ///   - handler: Makes the answer to a question.
    /// - Throws: As the form for bytes. A question that is no such value is answered with `responderFailed`.
    public func respond<Question: Decodable & Sendable, Answer: Encodable & Sendable>(
        to filter: SubjectFilter,
        queue: QueueGroup? = .responders,
        as type: Question.Type,
        limit: Int = 64,
        onReady: (@Sendable (_ unconfirmed: [String]) -> Void)? = nil,
        handler: @escaping @Sendable (Question) async throws -> Answer
    ) async throws(BusError) {
        let options = core.options
        try await respond(to: filter, queue: queue, limit: limit, onReady: onReady) { request in
            let question = try options.decoded(type, from: request.payload.array)
            return Response(try options.encoded(try await handler(question)))
        }
    }

    /// The value that a message brought.
    ///
    /// - Parameters:
    ///   - type: Of which type.
    ///   - message: The message.
    /// - Returns: The value.
    /// - Throws: `codec` where the node has no codec, or the bytes are no such value.
    public func value<Value: Decodable>(_ type: Value.Type, of message: BusMessage) throws(BusError) -> Value {
        try core.options.decoded(type, from: message.payload.array)
    }
}

extension Node.Options {
    func encoded(_ value: some Encodable) throws(BusError) -> [UInt8] {
        guard let codec else { throw Self.withoutCodec }
        do { return try codec.encode(value) } catch { throw BusError(.codec, "\(error)") }
    }

    func decoded<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(BusError) -> Value {
        guard let codec else { throw Self.withoutCodec }
        do { return try codec.decode(type, from: bytes) } catch { throw BusError(.codec, "\(error)") }
    }

    private static var withoutCodec: BusError {
        BusError(.codec, "the node has no codec", advice: "give one in its options: JSONCodec of SinewFoundation, say")
    }
}
