// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension RecordWriter {
    /// How many bytes the record of a reply takes in a frame.
    ///
    /// - Parameters:
    ///   - request: The number of the request.
    ///   - status: How it went.
    ///   - headers: The headers.
    ///   - payloadBytes: How many bytes the payload has.
    /// - Returns: The size with the length in front.
    public static func replyBytes(
        request: UInt64,
        status: Record.Status = .ok,
        headers: Headers = Headers(),
        payloadBytes: Int
    ) -> Int {
        // With `isFailure` the status 0 becomes another one, which has one byte too.
        framed(replyBody(request, status, headers, payloadBytes))
    }

    /// Appends an answer to a request to a frame.
    ///
    /// - Parameters:
    ///   - request: The number of the request.
    ///   - status: How it went. The bus's own failures are marked as such whatever `isFailure` says.
    ///   - isLast: Whether this process sends no more to this request; the status ``Record/Status/end`` says so
    ///     whatever this says.
    ///   - isFailure: Whether there is no answer, and the payload says why; with the status 0 it becomes
    ///     ``Record/Status/responderFailed``.
    ///   - headers: The headers.
    ///   - payload: The payload.
    ///   - frame: What it is appended to.
    /// - Throws: `CodecError` when the headers have an error; nothing is appended then.
    public static func appendReply(
        to request: UInt64,
        status: Record.Status = .ok,
        isLast: Bool = true,
        isFailure: Bool = false,
        headers: Headers = Headers(),
        payload: Span<UInt8>,
        to frame: inout [UInt8]
    ) throws(CodecError) {
        guard headers.error == nil else { throw fail(.invalidValue, frame.count, "headers without an error") }
        let status = isFailure && status == .ok ? .responderFailed : status
        var flags = Record.Flags()
        if !headers.isEmpty { flags.insert(.headers) }
        if isLast || status == .end { flags.insert(.last) }
        if isFailure || status.isFailureOfTheBus { flags.insert(.failure) }
        let body = replyBody(request, status, headers, payload.count)
        frame.append(addingCapacity: framed(body)) { output in
            output.append(varint: UInt64(body))
            output.append(Record.Kind.reply.rawValue)
            output.append(flags.rawValue)
            output.append(varint: request)
            output.append(varint: status.rawValue)
            output.append(copying: headers.encoded.span)
            output.append(copying: payload)
        }
    }

    /// How many bytes the record of a cancellation takes in a frame.
    ///
    /// - Parameter request: The number of the request.
    /// - Returns: The size with the length in front.
    public static func cancellationBytes(request: UInt64) -> Int { framed(1 + varintBytes(request)) }

    /// Appends the word that no more answers to a request are wanted.
    ///
    /// - Parameters:
    ///   - request: The number of the request.
    ///   - frame: What it is appended to.
    public static func appendCancellation(of request: UInt64, to frame: inout [UInt8]) {
        let body = 1 + varintBytes(request)
        frame.append(addingCapacity: framed(body)) { output in
            output.append(varint: UInt64(body))
            output.append(Record.Kind.cancel.rawValue)
            output.append(varint: request)
        }
    }

    private static func replyBody(
        _ request: UInt64,
        _ status: Record.Status,
        _ headers: Headers,
        _ payload: Int
    ) -> Int {
        2 + varintBytes(request) + varintBytes(status.rawValue) + headers.encoded.count + payload
    }
}
