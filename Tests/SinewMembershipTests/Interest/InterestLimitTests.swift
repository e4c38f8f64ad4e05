// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewSubjects
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InterestLimitTests {
    @Test func ownInterestsAreBounded() throws {
        var options = InterestOptions()
        options.maximumInterests = 3
        options.maximumInterestBytes = 30
        var net = InterestNet(1, options: options)
        for number in 0..<5 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        #expect(codes(net) == [.tooManyBytes, .tooManyBytes, .tooManyBytes])
        net.step(0, .unsubscribe(Interest(SubjectFilters.numbered(0))))
        for filter in ["a", "b", "c"] { net.step(0, .subscribe(try InterestSamples.interest(filter))) }
        #expect(codes(net) == [.tooManyBytes, .tooManyBytes, .tooManyBytes, .tooManyInterests])
        #expect(net.nodes[0].interests.count == 3 && net.nodes[0].counters.rejectedSubscriptions == 4)
        #expect(net.nodes[0].version == 5)
        let isRetriable = InterestError.Code.tooManyInterests
        for case (_, .rejected(_, let error)) in net.done where error.code == isRetriable { #expect(error.isRetriable) }
    }

    @Test func interestsThatNoMessageCanHoldAreRejected() throws {
        var options = InterestOptions()
        options.maximumMessageBytes = 0
        var net = InterestNet(2, options: options)
        net.connect(0, 1)
        net.step(0, .subscribe(try InterestSamples.interest(String(repeating: "a", count: 150))))
        net.step(0, .subscribe(try InterestSamples.interest(String(repeating: "b", count: 170))))
        net.settle()
        #expect(codes(net) == [.tooLong])
        #expect(net.held(by: 1, of: 0)?.count == 1)
        let grammar = SubjectLimits(maximumTokens: 9000, maximumBytes: 9000)
        var nats = SubjectGrammar.nats
        nats.limits = grammar
        var roomy = InterestNet(1)
        roomy.step(0, .subscribe(Interest(try SubjectFilter(String(repeating: "c", count: 5000), grammar: nats))))
        #expect(codes(roomy) == [.tooLong], "no peer would read it")
    }

    @Test(arguments: [true, false])
    func peerThatAllowsLessRefusesAndTheOwnerKnows(isDelta: Bool) {
        var options = InterestOptions()
        options.maximumLoggedChanges = isDelta ? 100 : 2
        var net = InterestNet(2, options: options)
        var narrow = options
        narrow.maximumInterests = 5
        net.nodes[1] = InterestNet.machine(1, run: 1, narrow)
        for number in 0..<4 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        net.connect(0, 1)
        net.settle()
        #expect(net.held(by: 1, of: 0)?.count == 4)
        for number in 4..<9 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        net.settle()
        let before = net.sent
        net.pass(.seconds(30))
        #expect(net.sent - before < 60, "it is asked again from time to time, not all the time")
        #expect(net.held(by: 1, of: 0)?.count ?? 0 <= 5)
        #expect(net.nodes[0].unconfirmed(9) == [InterestNet.id(1)])
        #expect(net.done.contains { if case (0, .refused(let version, _)) = $0 { version > 5 } else { false } })
        #expect(net.nodes[1].counters.tooLarge > 0 && net.nodes[0].counters.refusals > 0)
        for number in 0..<6 { net.step(0, .unsubscribe(Interest(SubjectFilters.numbered(number)))) }
        net.pass(.seconds(30))
        #expect(net.held(by: 1, of: 0)?.wanted == Set(net.nodes[0].interests))
        #expect(net.nodes[0].unconfirmed(net.nodes[0].version) == [])
    }

    @Test func bytesOfAPeerAreBounded() {
        var net = InterestNet(2)
        var narrow = InterestOptions()
        narrow.maximumInterestBytes = 64
        net.nodes[1] = InterestNet.machine(1, run: 1, narrow)
        net.connect(0, 1)
        for number in 0..<9 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        net.pass(.seconds(5))
        #expect(net.held(by: 1, of: 0)?.count ?? 9 < 6)
        #expect(net.nodes[1].counters.tooLarge > 0)
    }

    @Test func peersAreBoundedAndWhoIsAwayMakesRoom() {
        var options = InterestOptions()
        options.maximumPeers = 2
        var net = InterestNet(4, options: options)
        net.connect(0, 1)
        net.connect(0, 2)
        net.step(0, .peerUp(InterestNet.id(3), Incarnation(rawValue: 1)))
        #expect(net.nodes[0].peerNames == [1, 2].map(InterestNet.id) && net.nodes[0].counters.rejectedPeers == 1)
        net.step(1, .subscribe("a"))
        net.settle()
        net.step(0, .peerDown(InterestNet.id(1)))
        net.step(0, .peerUp(InterestNet.id(3), Incarnation(rawValue: 1)))
        #expect(net.nodes[0].peerNames == [2, 3].map(InterestNet.id) && net.nodes[0].counters.displacedPeers == 1)
        #expect(net.followed(by: 0, of: 1) == [], "who is forgotten wants nothing")
        net.step(0, .peerUp(InterestNet.id(0), Incarnation(rawValue: 1)))
        #expect(net.nodes[0].counters.rejectedPeers == 2)
    }

    private func codes(_ net: InterestNet) -> [InterestError.Code] {
        net.done.compactMap { if case .rejected(_, let error) = $0.action { error.code } else { nil } }
    }
}
