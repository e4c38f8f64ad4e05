// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewSubjects
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InterestExchangeTests {
    private let orders: Interest = Interest("orders.>")
    private let stock: Interest = Interest("stock.*")

    private func connectedPair(_ options: InterestOptions = InterestOptions()) -> InterestNet {
        var net = InterestNet(2, options: options)
        net.connect(0, 1)
        net.settle()
        return net
    }

    @Test func subscriptionsReachEveryPeerAndAreConfirmed() {
        var net = InterestNet(4)
        for left in 0..<4 { for right in left + 1..<4 { net.connect(left, right) } }
        net.settle()
        net.step(0, .subscribe(orders))
        let version = net.nodes[0].version
        #expect(net.nodes[0].unconfirmed(version) == [1, 2, 3].map(InterestNet.id))
        net.settle()
        #expect(net.nodes[0].unconfirmed(version) == [])
        for peer in 1..<4 {
            #expect(net.held(by: peer, of: 0)?.wanted == [orders])
            #expect(net.confirmations(at: 0, by: peer).last == version)
            #expect(net.followed(by: peer, of: 0) == [orders])
        }
        #expect(net.nodes[1].version == 0, "what others want is not what one wants oneself")
    }

    @Test func unconfirmedNamesWhoDidNotAnswer() {
        var net = InterestNet(3)
        net.connect(0, 1)
        net.connect(0, 2)
        net.settle()
        net.carry = { $0.to == 2 ? nil : $0.message }
        net.step(0, .subscribe(orders))
        net.pass(.seconds(2))
        #expect(net.nodes[0].unconfirmed(1) == [InterestNet.id(2)])
        #expect(net.confirmations(at: 0, by: 2).allSatisfy { $0 == 0 })
        net.step(0, .peerDown(InterestNet.id(2)))
        #expect(net.nodes[0].unconfirmed(1) == [], "who is not connected need not confirm")
    }

    @Test func subscribersOfOneFilterAreAnnouncedOnceAndWithdrawnWithTheLast() throws {
        var net = connectedPair()
        let grouped = Interest("orders.>", group: QueueGroup("q"))
        for _ in 0..<3 { net.step(0, .subscribe(orders)) }
        net.settle()
        #expect(net.nodes[0].version == 1)
        net.step(0, .subscribe(grouped))
        net.step(0, .unsubscribe(orders))
        net.step(0, .unsubscribe(orders))
        net.settle()
        #expect(net.nodes[0].version == 2)
        #expect(net.held(by: 1, of: 0)?.wanted == [orders, grouped])
        net.step(0, .unsubscribe(orders))
        net.settle()
        #expect(net.held(by: 1, of: 0)?.wanted == [grouped])
        net.step(0, .unsubscribe(orders))
        #expect(net.nodes[0].version == 3 && net.nodes[0].counters.rejectedSubscriptions == 1)
    }

    @Test func changesWhileOneIsUnderWayGoTogether() {
        var net = connectedPair()
        let before = net.sent
        for number in 0..<100 { net.step(0, .subscribe(sample(number))) }
        net.settle()
        #expect(net.held(by: 1, of: 0)?.count == 100)
        #expect(net.sent - before == 4, "one delta for the first, one for all the others, and their answers")
    }

    @Test(arguments: 1...3)
    func whatIsLostIsSentAgain(lost: Int) {
        var net = connectedPair()
        var left = lost
        net.carry = { flight in
            left -= 1
            return left >= 0 ? nil : flight.message
        }
        net.step(0, .subscribe(orders))
        net.pass(.seconds(3))
        #expect(net.nodes[0].unconfirmed(1) == [])
        #expect(net.held(by: 1, of: 0)?.wanted == [orders])
        #expect(net.nodes[0].counters.retransmissions >= 1)
    }

    @Test func peersThatLostEverythingAreNoticedWhenIdle() {
        var net = connectedPair()
        net.step(0, .subscribe(orders))
        net.settle()
        // Only the holder forgets: the owner hears nothing of it, and has nothing to send.
        net.step(1, .peerForgotten(InterestNet.id(0)))
        net.step(1, .peerUp(InterestNet.id(0), net.nodes[0].incarnation))
        net.flights.removeAll()
        #expect(net.held(by: 1, of: 0)?.count == 0)
        net.pass(net.nodes[0].options.statementInterval + .seconds(1))
        #expect(net.held(by: 1, of: 0)?.wanted == [orders])
        #expect(net.followed(by: 1, of: 0) == [orders])
    }

    @Test func reconnectingCostsOneMessageAndItsAnswerWhenNothingChanged() {
        var net = connectedPair()
        for number in 0..<50 { net.step(0, .subscribe(sample(number))) }
        net.settle()
        net.disconnect(0, 1)
        #expect(net.held(by: 1, of: 0)?.count == 50, "the interest of who is away stays known")
        let before = net.sent
        net.connect(0, 1)
        net.settle()
        #expect(net.sent - before == 4)
        #expect(net.held(by: 1, of: 0)?.isConnected == true)
    }

    @Test func newProcessOfAPeerEmptiesWhatWasKnown() {
        var net = connectedPair()
        net.step(0, .subscribe(orders))
        net.settle()
        let old = net.nodes[0]
        net.restart(0)
        net.connect(0, 1)
        #expect(net.held(by: 1, of: 0)?.count == 0)
        net.settle()
        net.step(0, .subscribe(stock))
        net.settle()
        #expect(net.held(by: 1, of: 0)?.wanted == [stock])
        #expect(net.followed(by: 1, of: 0) == [stock])

        // What the old process had sent comes at last, and an answer to it.
        let late = InterestMessage(.statement(old.summary), from: old.incarnation, to: net.nodes[1].incarnation)
        net.step(1, .received(late, from: InterestNet.id(0)))
        #expect(net.nodes[1].counters.fromOtherIncarnations == 1)
        let answer = InterestMessage(
            .confirmation(session: 99, version: 1),
            from: net.nodes[1].incarnation,
            to: old.incarnation
        )
        net.step(0, .received(answer, from: InterestNet.id(1)))
        #expect(net.nodes[0].counters.forOtherIncarnations == 1)
        net.step(1, .peerUp(InterestNet.id(0), old.incarnation))
        #expect(net.nodes[1].counters.rejectedPeers == 1)
        #expect(net.held(by: 1, of: 0)?.wanted == [stock])
    }

    @Test func strangersAreNotHeard() {
        var net = InterestNet(2)
        net.step(0, .peerUp(InterestNet.id(1), net.nodes[1].incarnation))
        net.settle()
        #expect(net.nodes[1].counters.fromStrangers == 1 && net.nodes[1].peerNames == [])
    }

    @Test func repeatedMessagesDoNotMultiply() {
        var net = connectedPair()
        for number in 0..<200 { net.step(0, .subscribe(sample(number))) }
        // Every message comes twice; who answered each of them anew would never come to an end.
        var again: [InterestNet.Flight] = []
        var delivered = 0
        while !net.flights.isEmpty, delivered < 1000 {
            let flight = net.flights.removeFirst()
            again = [flight, flight]
            for copy in again { net.step(copy.to, .received(copy.message, from: InterestNet.id(copy.from))) }
            delivered += 2
        }
        #expect(net.flights.isEmpty && delivered <= 40)
        #expect(net.held(by: 1, of: 0)?.count == 200)
    }

    private func sample(_ number: Int) -> Interest {
        Interest(SubjectFilters.numbered(number))
    }
}
