// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewSubjects
import Testing

/// What is damaged on its way, or contradicts itself: nothing of it is taken in, and it is got anew.
@Suite(.timeLimit(.minutes(1)))
struct InterestDamageTests {
    private func pair(_ options: InterestOptions = InterestOptions()) -> InterestNet {
        var net = InterestNet(2, options: options)
        net.connect(0, 1)
        net.settle()
        net.step(0, .subscribe("kept"))
        net.settle()
        return net
    }

    @Test func damagedDeltaIsNotAppliedAndRepaired() {
        var net = pair()
        var isDamaged = false
        net.carry = { flight in
            guard case .delta(let delta) = flight.message.body, !isDamaged else { return flight.message }
            isDamaged = true
            let changes = [InterestChange(isAddition: true, "wrong")]
            let other = InterestDelta(from: delta.from, changes: changes, result: delta.result)
            return InterestMessage(.delta(other), from: flight.message.sender, to: flight.message.destination)
        }
        net.step(0, .subscribe("right"))
        net.deliver()
        #expect(net.held(by: 1, of: 0)?.wanted == ["kept"], "the old interest stays until the new one is whole")
        #expect(net.held(by: 1, of: 0)?.isDoubted == true)
        #expect(net.nodes[1].counters.mismatches == 1)
        net.deliver()
        #expect(net.nodes[0].unconfirmed(1) == [InterestNet.id(1)], "what was confirmed is in doubt as well")
        net.settle()
        #expect(net.held(by: 1, of: 0)?.wanted == ["kept", "right"] && net.held(by: 1, of: 0)?.isDoubted == false)
        #expect(net.nodes[0].unconfirmed(2) == [])
    }

    @Test(arguments: ["count", "hash"])
    func statementThatDiffersIsRepaired(part: String) {
        var net = pair()
        let good = net.nodes[0].summary
        let bad = InterestSummary(
            version: good.version,
            count: good.count + (part == "count" ? 1 : 0),
            hash: good.hash ^ (part == "hash" ? 1 : 0)
        )
        let message = InterestMessage(.statement(bad), from: net.nodes[0].incarnation, to: net.nodes[1].incarnation)
        net.step(1, .received(message, from: InterestNet.id(0)))
        #expect(net.held(by: 1, of: 0)?.isDoubted == true)
        net.settle()
        #expect(net.held(by: 1, of: 0)?.isDoubted == false && net.held(by: 1, of: 0)?.wanted == ["kept"])
        #expect(net.nodes[0].counters.snapshots == 1)
    }

    @Test func twoWhoNeverAgreeDoNotKeepEachOtherBusy() {
        var net = pair()
        net.carry = { flight in
            guard case .snapshot(let part) = flight.message.body else { return flight.message }
            let wrong = InterestSnapshotPart(whole: part.whole, offset: part.offset, interests: ["wrong"])
            return InterestMessage(.snapshot(wrong), from: flight.message.sender, to: flight.message.destination)
        }
        let summary = InterestSummary(version: 1, count: 9, hash: 9)
        let message = InterestMessage(.statement(summary), from: net.nodes[0].incarnation, to: net.nodes[1].incarnation)
        net.step(1, .received(message, from: InterestNet.id(0)))
        let before = net.sent
        net.pass(.seconds(60))
        #expect(net.sent - before < 200)
        #expect(net.held(by: 1, of: 0)?.wanted == ["kept"])
    }

    @Test func confirmationsOfAnEarlierSessionAreVoid() {
        var net = pair()
        let confirmed = InterestMessage(
            .confirmation(session: 1, version: 1),
            from: net.nodes[1].incarnation,
            to: net.nodes[0].incarnation
        )
        // The holder loses everything, and says so; then a confirmation from before that comes.
        net.step(1, .peerForgotten(InterestNet.id(0)))
        net.step(1, .peerUp(InterestNet.id(0), net.nodes[0].incarnation))
        net.flights.removeAll()
        net.step(0, .peerUp(InterestNet.id(1), net.nodes[1].incarnation))
        net.deliver()  // the statement
        net.deliver()  // the wish for repair
        #expect(net.nodes[0].confirmedVersion(by: InterestNet.id(1)) == 0)
        net.step(0, .received(confirmed, from: InterestNet.id(1)))
        #expect(net.nodes[0].unconfirmed(1) == [InterestNet.id(1)])
        net.settle()
        #expect(net.nodes[0].unconfirmed(1) == [])
    }

    @Test func impossibleAnswersAreCounted() {
        var net = pair()
        let bodies: [InterestMessage.Body] = [
            .confirmation(session: 1, version: .max), .repair(session: 1, held: 2, isDoubted: false),
            .progress(session: 1, version: 7, offset: 0), .progress(session: 5, version: 1, offset: -1),
            .refusal(session: 1, version: 99),
        ]
        for body in bodies {
            let message = InterestMessage(body, from: net.nodes[1].incarnation, to: net.nodes[0].incarnation)
            net.step(0, .received(message, from: InterestNet.id(1)))
        }
        #expect(net.nodes[0].counters.contradictions == bodies.count)
        #expect(net.confirmations(at: 0, by: 1).allSatisfy { $0 <= 1 })
    }
}
