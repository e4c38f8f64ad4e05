// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// Finds out what a sender does whose receiver does not receive.
struct MarkMeasurement: Sendable {
    let transport: MarkTransport
    let access: MarkAccess
    let marks: Marks

    /// How many messages more than fit a sender has to get rid of until it counts as never full.
    private static let surplus = 400
    /// How long a send may wait: over a network nobody knows that a message is not going to move on.
    private var patience: Duration { transport == .inproc ? .milliseconds(20) : .milliseconds(200) }

    /// Sends until the sender is refused. Where buffers lie between, fewer messages than its own mark are not believed:
    /// the threads that move them may only be slow.
    func fill(_ lane: MarkLane, least: Int? = nil) async throws -> (accepted: Int, isRefused: Bool) {
        let least = least ?? marks.send
        let end = ContinuousClock.now + SocketTest.patience
        var accepted = 0
        while accepted < marks.sum + Self.surplus {
            if try await lane.send(accepted, patience) {
                accepted += 1
            } else if transport == .inproc || accepted >= least || ContinuousClock.now > end {
                return (accepted, true)
            }
        }
        return (accepted, false)
    }

    func reaction(of pair: MarkPair) async throws -> MarkReaction {
        let lane: MarkLane
        do {
            lane = try await MarkSockets(transport, access, marks).lane(pair)
        } catch {
            guard (error as? ZMQError)?.code == .notSupported else { throw error }
            return .notOffered
        }
        return try await reaction(of: lane, pair)
    }

    func reaction(of lane: MarkLane, _ pair: MarkPair) async throws -> MarkReaction {
        let before = lane.sender.statistics
        let (accepted, isRefused) = try await fill(lane)
        let after = lane.sender.statistics
        if pair != .sub { #expect(after.sent - before.sent == UInt64(accepted)) }
        if isRefused {
            #expect(after.dropped == 0)
            try await checkRelease(of: lane, pair, after: accepted)
            return .suspends(bound(accepted))
        }
        guard after.dropped > before.dropped else {
            try await checkArrival(of: 0..<accepted, at: lane)
            return .neverFull
        }
        return .drops(try await checkDrops(of: lane, after: accepted))
    }

    /// What was handed over, in the words of the page.
    private func bound(_ count: Int) -> String {
        if transport == .inproc { return count == marks.sum ? "S + R" : "\(count)" }
        return (marks.send...marks.sum + MarkLane.bufferedMessages).contains(count) ? "S to S + R + b" : "\(count)"
    }

    /// The first that is missing ends the test, instead of a wait for each.
    private func checkArrival(of numbers: Range<Int>, at lane: MarkLane) async throws {
        for number in numbers {
            let received = try await lane.receive(SocketTest.patience)
            try #require(received == number)
        }
    }

    /// A send that waits goes on once the receiver has received, and nothing is lost.
    private func checkRelease(of lane: MarkLane, _ pair: MarkPair, after accepted: Int) async throws {
        let parks = lane.sender.statistics.parks
        let isSent = Flag()
        let held = Task {
            let wasSent = try await lane.send(accepted, SocketTest.patience)
            isSent.raise()
            return wasSent
        }
        defer { held.cancel() }
        if access == .tasks { try await eventually { lane.sender.statistics.parks > parks } }
        #expect(transport != .inproc || !isSent.isRaised)
        guard pair != .routerToReq else {
            try await eventually {
                _ = try await lane.receive(.zero)
                return isSent.isRaised
            }
            #expect(try await held.value)
            return
        }
        try await checkArrival(of: 0..<accepted + 1, at: lane)
        // A request waits for its reply now.
        if pair != .req { #expect(try await value(of: held)) }
    }

    /// The receiver has the first messages, and over a network others that found room later; all in order. Once it has
    /// received them, others reach it again.
    private func checkDrops(of lane: MarkLane, after accepted: Int) async throws -> String {
        var kept: [Int] = []
        while let number = try await lane.receive(patience) { kept.append(number) }
        #expect(kept == Array(Set(kept)).sorted())
        #expect(kept.starts(with: 0..<(transport == .inproc ? marks.sum : marks.send)))
        var number = accepted
        try await eventually {
            #expect(try await lane.send(number, .zero))
            number += 1
            return try await lane.receive(.milliseconds(1)).map { $0 >= accepted } ?? false
        }
        return bound(kept.count)
    }
}
