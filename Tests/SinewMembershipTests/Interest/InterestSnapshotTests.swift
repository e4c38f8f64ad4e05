// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewSubjects
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InterestSnapshotTests {
    /// Messages so small, and so little history, that a newcomer needs a snapshot of many parts.
    private static var small: InterestOptions {
        var options = InterestOptions()
        options.maximumMessageBytes = 256
        options.maximumLoggedChanges = 4
        return options
    }

    private func owner(of count: Int, _ options: InterestOptions = small) -> InterestNet {
        var net = InterestNet(2, options: options)
        for number in 0..<count { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        return net
    }

    private func isPart(_ message: InterestMessage) -> Bool {
        if case .snapshot = message.body { true } else { false }
    }

    @Test func newcomersGetEverythingInBoundedParts() throws {
        var net = owner(of: 100)
        let options = Self.small
        var sizes: [Int] = []
        net.carry = { flight in
            sizes.append((try? flight.message.encoded(options).count) ?? .max)
            return flight.message
        }
        net.connect(0, 1)
        net.settle()
        #expect(net.held(by: 1, of: 0)?.wanted == Set(net.nodes[0].interests))
        #expect(sizes.count > 20 && sizes.allSatisfy { $0 <= 256 })
        #expect(net.nodes[0].unconfirmed(100) == [])
    }

    @Test func nothingOfASnapshotShowsBeforeItIsWhole() {
        var net = owner(of: 3)
        net.connect(0, 1)
        net.settle()
        let before = net.held(by: 1, of: 0)?.wanted
        net.disconnect(0, 1)
        for number in 100..<160 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        for number in 0..<3 { net.step(0, .unsubscribe(Interest(SubjectFilters.numbered(number)))) }
        net.connect(0, 1)
        var parts = 0
        while let flight = net.flights.first {
            net.deliver()
            guard isPart(flight.message) else { continue }
            parts += 1
            guard let held = net.held(by: 1, of: 0), held.version <= 3 else { break }
            #expect(held.wanted == before, "part \(parts)")
        }
        #expect(parts > 5)
        net.settle()
        #expect(net.held(by: 1, of: 0)?.wanted == Set(net.nodes[0].interests))
        #expect(net.followed(by: 1, of: 0) == Set(net.nodes[0].interests))
    }

    @Test(arguments: [1, 3, 40])
    func changesDuringASnapshotFollowIt(changes: Int) {
        var net = owner(of: 60)
        net.connect(0, 1)
        for _ in 0..<8 { net.deliver() }
        #expect(net.held(by: 1, of: 0)?.count == 0)
        for number in 0..<changes { net.step(0, .unsubscribe(Interest(SubjectFilters.numbered(number)))) }
        net.settle()
        #expect(net.held(by: 1, of: 0)?.wanted == Set(net.nodes[0].interests))
        #expect(net.held(by: 1, of: 0)?.version == net.nodes[0].version)
        // A few changes leave the snapshot in use; more than are kept make it begin anew.
        #expect(net.nodes[0].counters.snapshots == (changes > 8 ? 2 : 1))
    }

    @Test func lostPartsAreSentAgain() {
        var net = owner(of: 60)
        var count = 0
        net.carry = { flight in
            count += 1
            return count.isMultiple(of: 3) ? nil : flight.message
        }
        net.connect(0, 1)
        net.settle()
        net.pass(.seconds(120))
        #expect(net.held(by: 1, of: 0)?.wanted == Set(net.nodes[0].interests))
    }

    @Test func snapshotsBeginAnewAfterAnInterruption() {
        var net = owner(of: 60)
        net.connect(0, 1)
        for _ in 0..<8 { net.deliver() }
        // Only the holder hears of the interruption, and has given up what it had; the owner sends the next part.
        net.step(1, .peerDown(InterestNet.id(0)))
        net.step(1, .peerUp(InterestNet.id(0), net.nodes[0].incarnation))
        net.settle()
        net.pass(.seconds(5))
        #expect(net.held(by: 1, of: 0)?.wanted == Set(net.nodes[0].interests))
        #expect(net.nodes[1].counters.gaps >= 1)
    }

    @Test func peersThatAreFarBehindGetASnapshotAndOthersADelta() {
        var net = owner(of: 2)
        net.connect(0, 1)
        net.settle()
        net.disconnect(0, 1)
        net.step(0, .subscribe("near"))
        net.connect(0, 1)
        net.settle()
        #expect(net.nodes[0].counters.snapshots == 0 && net.held(by: 1, of: 0)?.count == 3)
        net.disconnect(0, 1)
        for number in 10..<30 { net.step(0, .subscribe(Interest(SubjectFilters.numbered(number)))) }
        net.connect(0, 1)
        net.settle()
        #expect(net.nodes[0].counters.snapshots == 1 && net.held(by: 1, of: 0)?.count == 23)
    }
}
