// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import TestSupport
import Testing

@Suite("The failure detector", .timeLimit(.minutes(1)))
struct FailureDetectorTests {
    typealias Finding = FailureDetector.Finding

    private let one = Incarnation(rawValue: 1)
    private let options = HeartbeatOptions(timeToLive: .milliseconds(400), pingInterval: .milliseconds(100))

    private func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    private func id(_ low: Int) -> NodeID { NodeID(high: 0, low: UInt64(low)) }

    /// Sweeps every 25 ms up to an instant, and returns what was found beside pings.
    private func sweep(_ detector: inout FailureDetector, from start: Int, through end: Int) -> [Int: [Finding]] {
        var found: [Int: [Finding]] = [:]
        for time in stride(from: start, through: end, by: 25) {
            var findings = Actions<Finding>()
            detector.sweep(at: at(time), into: &findings)
            let others = findings.filter { if case .pingDue = $0 { false } else { true } }
            if !others.isEmpty { found[time] = others }
        }
        return found
    }

    @Test("The whole table is looked through: each is suspected and dies in its own time, wherever it stands")
    func wholeTable() {
        var detector = FailureDetector(options: options, at: .origin)
        for peer in 1...20 {
            let life = Duration.milliseconds(100 * (21 - peer))
            detector.add(id(peer), one, timeToLive: life, lifetime: life * 2, at: .origin)
        }
        let found = sweep(&detector, from: 25, through: 4100)
        for peer in 1...20 {
            let life = 100 * (21 - peer)
            #expect(found[life + 25]?.contains(.suspect(id(peer), one)) == true)
            #expect(found[life * 2]?.contains(.dead(id(peer), one)) == true)
        }
        #expect(detector.count == 0)
    }

    @Test("A word of its own keeps a peer alive; one through others only from being dead")
    func words() {
        var detector = FailureDetector(options: options, at: .origin)
        detector.add(id(1), one, timeToLive: .milliseconds(400), lifetime: .milliseconds(800), at: .origin)
        #expect(sweep(&detector, from: 25, through: 400).isEmpty)
        let wasSuspected = detector.heard(id(1), one, at: at(400))
        #expect(!wasSuspected)
        #expect(sweep(&detector, from: 425, through: 800).isEmpty)
        #expect(sweep(&detector, from: 825, through: 1175) == [825: [.suspect(id(1), one)]])
        detector.vouch(for: id(1), one, for: .milliseconds(100), at: at(1175))
        #expect(detector.remainingLife(of: id(1), at: at(1175)) == .milliseconds(100))
        // Less than is left already changes nothing, and no word lasts longer than the peer said.
        detector.vouch(for: id(1), one, for: .milliseconds(1), at: at(1175))
        #expect(detector.remainingLife(of: id(1), at: at(1175)) == .milliseconds(100))
        #expect(sweep(&detector, from: 1200, through: 1250).isEmpty)
        detector.vouch(for: id(1), one, for: .seconds(100), at: at(1250))
        #expect(detector.remainingLife(of: id(1), at: at(1250)) == .milliseconds(800))
        #expect(detector.status(of: id(1)) == .suspect)
        let isBack = detector.heard(id(1), one, at: at(1300))
        #expect(isBack)
        #expect(detector.status(of: id(1)) == .alive)
    }

    @Test("What another process says is no word of this one")
    func otherProcess() {
        var detector = FailureDetector(options: options, at: .origin)
        detector.add(id(1), one, timeToLive: .milliseconds(400), lifetime: .milliseconds(400), at: .origin)
        for other in [UInt64(0), 2] { detector.heard(id(1), Incarnation(rawValue: other), at: at(300)) }
        detector.vouch(for: id(1), Incarnation(rawValue: 2), for: .seconds(1), at: at(300))
        #expect(sweep(&detector, from: 25, through: 400) == [400: [.dead(id(1), one)]])
    }

    @Test("Time in which we did not run is not the others' silence")
    func pause() {
        var detector = FailureDetector(options: options, at: .origin)
        detector.add(id(1), one, timeToLive: .milliseconds(400), lifetime: .milliseconds(800), at: .origin)
        #expect(sweep(&detector, from: 25, through: 300).isEmpty)
        // Ten seconds pass at once. What was left then, is left now; and no more.
        #expect(sweep(&detector, from: 10_325, through: 10_400).isEmpty)
        #expect(sweep(&detector, from: 10_425, through: 10_800).keys.sorted() == [10_425, 10_800])
    }

    @Test("There are no more peers than there may be")
    func bound() {
        var detector = FailureDetector(options: options, maximumPeers: 2, at: .origin)
        let added = (1...3).map {
            detector.add(id($0), one, timeToLive: .seconds(1), lifetime: .seconds(1), at: .origin)
        }
        #expect(added == [true, true, false])
        let replaced = detector.add(
            id(1),
            Incarnation(rawValue: 2),
            timeToLive: .seconds(1),
            lifetime: .seconds(1),
            at: .origin
        )
        #expect(replaced && detector.count == 2 && detector.incarnation(of: id(1)) == Incarnation(rawValue: 2))
    }
}
