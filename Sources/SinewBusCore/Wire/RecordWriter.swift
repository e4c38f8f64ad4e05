// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

/// Appends records to data frames, each in one pass: its length is computed first.
///
/// ```swift
/// var frame: [UInt8] = []
/// DataFrameHead(to: peer, first: next, count: 1).append(to: &frame)
/// try RecordWriter.appendMessage(subject: subject.bytes.span, payload: payload, to: &frame)
/// ```
public enum RecordWriter {
    /// Says that a message is a request.
    public struct Request: Hashable, Sendable {
        /// The number by which answers and a cancellation name it.
        public let id: UInt64
        /// How many microseconds are left for it; more than ``Record/maximumRemainingMicroseconds`` count as that.
        public let remainingMicroseconds: UInt64

        /// Makes it of its parts.
        ///
        /// - Parameters:
        ///   - id: The number by which answers and a cancellation name it.
        ///   - remainingMicroseconds: How many microseconds are left for it.
        @inlinable
        public init(id: UInt64, remainingMicroseconds: UInt64) {
            self.id = id
            self.remainingMicroseconds = min(remainingMicroseconds, Record.maximumRemainingMicroseconds)
        }
    }
}

extension RecordWriter {
    /// How many bytes the record of a message takes in a frame.
    ///
    /// - Parameters:
    ///   - subjectBytes: How many bytes the subject has.
    ///   - payloadBytes: How many bytes the payload has.
    ///   - headers: The headers.
    ///   - groups: The queue groups that it is for.
    ///   - request: Says that it is a request.
    /// - Returns: The size with the length in front.
    @inlinable
    public static func messageBytes(
        subjectBytes: Int,
        payloadBytes: Int,
        headers: Headers = Headers(),
        groups: [QueueGroup] = [],
        request: Request? = nil
    ) -> Int {
        let groups = groups.count > 1 ? ascending(groups) : groups
        return framed(messageBody(subjectBytes, payloadBytes, headers, groups, request))
    }

    /// Appends a message to a frame.
    ///
    /// - Parameters:
    ///   - subject: The bytes of the subject: 1 to ``Record/maximumSubjectBytes`` of them.
    ///   - payload: The payload.
    ///   - headers: The headers.
    ///   - groups: The queue groups that it is for: at most ``Record/maximumGroups``. They are written in ascending
    ///     order, each once, whatever order they have here.
    ///   - isForGroupsOnly: Whether it is for the groups alone, and for no plain subscriber; there has to be one then.
    ///   - request: Says that it is a request.
    ///   - frame: What it is appended to.
    /// - Throws: `CodecError` when one of the limits is broken, or the headers have an error; nothing is
    ///   appended then.
    @inlinable
    public static func appendMessage(
        subject: Span<UInt8>,
        payload: Span<UInt8>,
        headers: Headers = Headers(),
        groups: [QueueGroup] = [],
        isForGroupsOnly: Bool = false,
        request: Request? = nil,
        to frame: inout [UInt8]
    ) throws(CodecError) {
        let groups = groups.count > 1 ? ascending(groups) : groups
        guard subject.count >= 1, subject.count <= Record.maximumSubjectBytes else {
            throw fail(.overLimit, frame.count, "a subject of 1 to 4096 bytes")
        }
        guard groups.count <= Record.maximumGroups else {
            throw fail(.overLimit, frame.count, "at most 64 queue groups")
        }
        guard headers.error == nil else { throw fail(.invalidValue, frame.count, "headers without an error") }
        guard !isForGroupsOnly || !groups.isEmpty else {
            throw fail(.invalidValue, frame.count, "groups, as it is for groups only")
        }
        var flags = Record.Flags()
        if !groups.isEmpty { flags.insert(.groups) }
        if !headers.isEmpty { flags.insert(.headers) }
        if request != nil { flags.insert(.request) }
        if isForGroupsOnly { flags.insert(.groupsOnly) }
        let body = messageBody(subject.count, payload.count, headers, groups, request)
        frame.append(addingCapacity: framed(body)) { output in
            output.append(varint: UInt64(body))
            output.append(Record.Kind.message.rawValue)
            output.append(flags.rawValue)
            output.append(varint: UInt64(subject.count))
            output.append(copying: subject)
            if !groups.isEmpty {
                output.append(varint: UInt64(groups.count))
                for group in groups {
                    output.append(varint: UInt64(group.bytes.count))
                    output.append(copying: group.bytes.span)
                }
            }
            if let request {
                output.append(varint: request.id)
                output.append(varint: request.remainingMicroseconds)
            }
            output.append(copying: headers.encoded.span)
            output.append(copying: payload)
        }
    }

    @usableFromInline
    static func messageBody(
        _ subjectBytes: Int,
        _ payloadBytes: Int,
        _ headers: Headers,
        _ groups: [QueueGroup],
        _ request: Request?
    ) -> Int {
        var bytes = 2 + varintBytes(UInt64(subjectBytes)) + subjectBytes + headers.encoded.count + payloadBytes
        if !groups.isEmpty {
            bytes += varintBytes(UInt64(groups.count))
            for group in groups { bytes += varintBytes(UInt64(group.bytes.count)) + group.bytes.count }
        }
        if let request { bytes += varintBytes(request.id) + varintBytes(request.remainingMicroseconds) }
        return bytes
    }

    /// A record of so many bytes with its length.
    @usableFromInline
    static func framed(_ body: Int) -> Int { varintBytes(UInt64(body)) + body }

    /// The groups in the order that they have on the wire, each once. They nearly always have it already.
    @usableFromInline
    static func ascending(_ groups: [QueueGroup]) -> [QueueGroup] {
        guard zip(groups, groups.dropFirst()).contains(where: { !($0 < $1) }) else { return groups }
        return groups.sortedOnce()
    }

    @inline(never)
    @usableFromInline
    static func fail(_ code: CodecError.Code, _ offset: Int, _ expected: StaticString) -> CodecError {
        CodecError(code: code, offset: offset, expected: "\(expected)")
    }
}
