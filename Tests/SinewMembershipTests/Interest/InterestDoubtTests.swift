// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewSubjects
import Testing

/// Peers that doubt what they have, while the owner's interest changes and others are in the middle of a snapshot.
@Suite(.timeLimit(.minutes(1)))
struct InterestDoubtTests {
    /// An owner, 0, of whom 1 and 2 know all 60 interests.
    private func trio() -> InterestNet {
        var options = InterestOptions()
        options.maximumMessageBytes = 256
        var net = InterestNet(3, options: options)
        for number in 0..<60 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        net.connect(0, 1)
        net.connect(0, 2)
        net.settle()
        return net
    }

    /// Lets a peer find that what it has differs from what the owner says, by a damaged statement.
    private func doubt(_ net: inout InterestNet, _ holder: Int) {
        let good = net.nodes[0].summary
        let bad = InterestSummary(version: good.version, count: good.count, hash: good.hash ^ 1)
        let message = InterestMessage(
            .statement(bad),
            from: net.nodes[0].incarnation,
            to: net.nodes[holder].incarnation
        )
        net.step(holder, .received(message, from: InterestNet.id(0)))
    }

    private func isTrue(_ net: InterestNet, _ holder: Int) -> Bool {
        guard let held = net.held(by: holder, of: 0) else { return false }
        return !held.isDoubted && held.version == net.nodes[0].version && held.wanted == Set(net.nodes[0].interests)
    }

    @Test func snapshotKeptForOthersIsNotSentToWhoDoubtsALaterVersion() {
        var net = trio()
        doubt(&net, 2)
        // The snapshot of version 60 stays under way to 2, to whom nothing comes through.
        net.carry = { $0.to == 2 ? nil : $0.message }
        net.settle()
        net.step(0, .subscribe("later"))
        net.settle()
        #expect(net.held(by: 1, of: 0)?.version == 61)
        doubt(&net, 1)
        net.settle()
        #expect(isTrue(net, 1), "without any time passing")
        net.carry = { $0.message }
        net.pass(.seconds(30))
        #expect(isTrue(net, 2))
    }

    @Test func snapshotThatWasReplacedByASmallerOneBeginsAnew() {
        var net = trio()
        doubt(&net, 2)
        for _ in 0..<8 { net.deliver() }
        // Half of version 60 has come to 2, of whom nothing comes back, when only three interests are left.
        net.carry = { $0.from == 2 ? nil : $0.message }
        net.settle()
        for number in 3..<60 { net.step(0, .unsubscribe(Interest(SubjectFilters.numbered(number)))) }
        net.settle()
        doubt(&net, 1)
        net.settle()
        #expect(isTrue(net, 1))
        net.pass(.seconds(10))
        net.carry = { $0.message }
        net.pass(.seconds(30))
        #expect(isTrue(net, 2))
    }

    @Test(arguments: [60, 61, Int.max])
    func offsetBehindTheEndOfASnapshotIsAContradiction(offset: Int) {
        var net = trio()
        doubt(&net, 1)
        var session: UInt64 = 0
        net.carry = { flight in
            if case .repair(let number, _, true) = flight.message.body { session = number }
            return flight.from == 0 ? nil : flight.message
        }
        net.settle()
        let before = net.sent
        let body = InterestMessage.Body.progress(session: session, version: 60, offset: offset)
        let message = InterestMessage(body, from: net.nodes[1].incarnation, to: net.nodes[0].incarnation)
        net.step(0, .received(message, from: InterestNet.id(1)))
        #expect(session > 0 && net.sent == before && net.nodes[0].counters.contradictions == 1)
    }

    @Test func doubtThatComesAfterItWasSettledIsLate() {
        var net = trio()
        var repeated: [InterestMessage] = []
        net.carry = { flight in
            if case .repair(_, _, true) = flight.message.body { repeated.append(flight.message) }
            return flight.message
        }
        doubt(&net, 1)
        net.settle()
        #expect(isTrue(net, 1) && repeated.count == 1 && net.nodes[0].counters.snapshots == 1)
        let (sent, late) = (net.sent, net.nodes[0].counters.late)
        for message in repeated { net.step(0, .received(message, from: InterestNet.id(1))) }
        #expect(net.sent == sent && net.nodes[0].counters.late == late + 1)
        #expect(net.nodes[0].confirmedVersion(by: InterestNet.id(1)) == 60)
        net.step(0, .subscribe("later"))
        net.settle()
        #expect(isTrue(net, 1) && net.nodes[0].counters.snapshots == 1)
    }

    @Test func answersThatComeLateAreEnough() {
        // As over a link that repeats an answer and keeps the order: what follows waits for the repetition.
        var net = InterestNet(2)
        net.connect(0, 1)
        var held: [InterestNet.Flight] = []
        net.carry = { flight in
            if case .repair = flight.message.body, flight.from == 1 { held.append(flight) }
            return flight.from == 1 ? nil : flight.message
        }
        net.step(0, .subscribe("a"))
        net.pass(.seconds(60))
        net.carry = { $0.message }
        for flight in held.prefix(1) { net.step(0, .received(flight.message, from: InterestNet.id(1))) }
        net.settle()
        #expect(held.count > 3 && net.nodes[0].unconfirmed(1) == [], "the first one, without any time passing")
    }

    @Test func extremeLimitsAndTimesAreEndured() {
        var options = InterestOptions()
        options.maximumLoggedChanges = .max
        options.maximumInterests = .max
        options.maximumInterestBytes = .max
        options.maximumPeers = .max
        options.statementInterval = .seconds(Int64.max)
        options.retransmission = .init(base: .seconds(Int64.max), cap: .seconds(Int64.max))
        for now in [Instant.origin, Instant(nanoseconds: .min), .distantFuture] {
            for options in [options, InterestOptions()] {
                var net = InterestNet(2, options: options)
                net.now = now
                net.connect(0, 1)
                for number in 0..<3 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
                net.settle()
                #expect(isTrue(net, 1))
                // At the last instant all that is set is due at once: a tick has to end all the same.
                for node in 0...1 { net.step(node, .tick) }
                #expect(net.settle() < 100)
            }
        }
    }
}
