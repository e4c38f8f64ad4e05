// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// How much is sent, and from which seed what is left to chance follows.
struct CallLoad: Sendable {
    var messages: Int
    /// The size of the largest message, about: over ipc and tcp large ones fill the kernel's buffers soon.
    var bytes: Int
    var seed: UInt64

    /// What to say where a check fails. The schedule of the threads is not repeated, only the choices.
    var advice: String { "repeat it with SINEW_SEED=\(Self.seed)" }

    /// A new one each time, unless the environment names one.
    static let seed =
        ProcessInfo.processInfo.environment["SINEW_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1 << 48)

    /// A generator for one of those who take part.
    func generator(_ part: Int) -> SeededGenerator { SeededGenerator(seed: seed &* 31 &+ UInt64(part)) }
}

/// What one run did, on the side that sends and on the side that receives.
struct Outcome: Sendable {
    struct Side: Sendable, CustomStringConvertible {
        var parks: UInt64 = 0
        var cancellations: UInt64 = 0

        init() {}

        init(_ socket: any Socket) {
            let statistics = socket.statistics
            (parks, cancellations) = (statistics.parks, statistics.cancellations)
        }

        static func += (left: inout Side, right: Side) {
            left.parks += right.parks
            left.cancellations += right.cancellations
        }

        var description: String { "\(parks) parks, \(cancellations) cancelled" }
    }

    var sender = Side()
    var receiver = Side()
}

/// A numbered message of one to four frames that shows whether it is whole: the number, filling, a checksum.
func numbered(_ number: Int, bytes: Int = 0) throws(ZMQError) -> Message {
    let extra = number % 4
    guard extra > 0 else { return Message("t\(number)") }
    let filling = (1..<extra).map { index in
        let count = bytes == 0 ? index : number * 7919 % bytes / 2
        return Frame([UInt8](repeating: UInt8(truncatingIfNeeded: number &+ index), count: count))
    }
    let frames = [Frame("t\(number)")] + filling
    return try Message(frames: frames + [Frame("\(checksum(frames))")])
}

/// The number of a message, or nil when it is torn.
func number(of message: Message) -> Int? {
    let frames = Array(message.frames)
    guard let number = Int(frames[0].string.dropFirst()), frames.count == 1 + number % 4 else { return nil }
    return frames.count == 1 || frames.last?.string == "\(checksum(frames.dropLast()))" ? number : nil
}

private func checksum(_ frames: some Sequence<Frame>) -> UInt32 {
    frames.reduce(2_166_136_261) { sum, frame in
        frame.array.reduce(sum &* 31 &+ UInt32(frame.byteCount)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

/// The numbers of the messages that arrived.
final class Arrivals: Sendable {
    private let numbers = Locked<[Int]>([])
    private let torn = Locked<[String]>([])
    private let last = Locked(ContinuousClock.now)

    var count: Int { numbers.withLock { $0.count } }

    /// Whether nothing has come for so long that nothing is going to.
    var hasStopped: Bool { last.withLock { $0.duration(to: .now) > SocketTest.patience } }

    func add(_ message: Message) {
        last.withLock { $0 = .now }
        if let number = number(of: message) {
            numbers.withLock { $0.append(number) }
        } else {
            torn.withLock { $0.append("\(message.frameCount) frames, \(message.byteCount) bytes") }
        }
    }

    /// Fails unless each of the first `count` numbers is there once, and nothing else is.
    func check(_ count: Int, _ what: String) throws {
        let all = numbers.withLock { $0 }
        let lost = Set(0..<count).subtracting(all).sorted()
        let extra = Dictionary(grouping: all) { $0 }.filter { $1.count > 1 || $0 >= count }.keys.sorted()
        let torn = torn.withLock { $0 }
        try #require(
            lost.isEmpty && extra.isEmpty && torn.isEmpty,
            "\(what): lost \(lost), doubled \(extra), torn \(torn)"
        )
    }
}

/// Runs one call in a task of its own and cancels it: before it begins, some turns later, or once a call waits at the
/// socket.
///
/// - Returns: False when the call was cancelled or timed out.
func attempt(
    _ random: inout SeededGenerator,
    at socket: any Socket,
    _ call: @escaping @Sendable () async throws -> Void
) async throws -> Bool {
    // Another part of the run failed.
    try Task.checkCancellation()
    let before = socket.statistics.parks
    let isDone = Flag()
    let task = Task {
        defer { isDone.raise() }
        try await call()
    }
    let turns = Int.random(in: 0..<8, using: &random)
    if turns < 4 {
        for _ in 0..<turns { await Task.yield() }
    } else {
        for _ in 0..<200 {
            if isDone.isRaised || socket.statistics.parks != before { break }
            await Task.yield()
        }
    }
    task.cancel()
    do {
        try await task.value
        return true
    } catch {
        guard let code = (error as? ZMQError)?.code, code == .cancelled || code == .timedOut else { throw error }
        return false
    }
}
