// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import ZeroMQ

extension MessageRecord {
    /// A message that was received.
    init(_ message: Message, peer: RoutingID? = nil, topic: [UInt8]? = nil) {
        self.init(frames: message.frames.map(\.array), peer: peer?.bytes, topic: topic, user: message.userID)
    }

    /// The message to be sent.
    func message() throws -> Message { try Message(frames: frames.map { Frame($0) }) }
}

/// Prints messages as they come, until there were `count`.
///
/// - Parameters:
///   - count: How many; nil for no end.
///   - format: How they look.
///   - receive: Waits for the next messages, at most as many as it is told.
func printMessages(count: Int?, _ format: MessageFormat, _ receive: (Int) async throws -> [MessageRecord]) async throws
{
    let output = Output()
    var left = count
    while left != 0 {
        let records = try await receive(min(left ?? 64, 64))
        left = left.map { $0 - records.count }
        try await output.write(records.flatMap(format.line(for:)))
    }
}

/// Sends the lines of the input as messages, until there were `count` or no more.
func sendLines(count: Int? = nil, _ input: inout Input, _ send: (MessageRecord) async throws -> Void) async throws {
    var left = count
    while left != 0, let record = try await input.next() {
        try await send(record)
        left = left.map { $0 - 1 }
    }
}

/// Sends the input's lines and prints what comes in the meantime, and after it. Ends when `count` messages were printed
/// and the lines read until then were sent; with a count of 0 when everything was sent.
func converse(
    _ messages: MessageOptions,
    addressed: Bool = false,
    count: Int?,
    send: @escaping @Sendable (MessageRecord) async throws -> Void,
    receive: @escaping @Sendable (Int) async throws -> [MessageRecord]
) async throws {
    let format = messages.format(addressed: addressed)
    let maximumLineBytes = messages.maxLine
    let gate = InputGate()
    @Sendable func sendAll() async throws {
        var input = Input(format, maximumLineBytes: maximumLineBytes, gate: gate)
        try await sendLines(&input, send)
    }
    if count == 0 { return try await sendAll() }
    try await withThrowingTaskGroup(of: Half.self) { group in
        group.addTask {
            try await sendAll()
            return .sent
        }
        group.addTask {
            do {
                try await printMessages(count: count, format, receive)
                return .received
            } catch {
                return .failed(error)
            }
        }
        defer { group.cancelAll() }
        var failure: (any Error)?
        // Lines that were read are sent, also when there is nothing more to receive. Who could not send a line says so,
        // and not that nothing was received either.
        loop: while let half = try await group.next() {
            switch half {
            case .sent: if failure != nil { break loop }
            case .received: if gate.close() { break loop }
            case .failed(let error):
                failure = error
                if CommandFailure(error).status != .timedOut || gate.close() { break loop }
            }
        }
        if let failure { throw failure }
    }
}

/// How one half of a conversation ended.
private enum Half: Sendable {
    case sent, received
    case failed(any Error)
}
