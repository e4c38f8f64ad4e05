// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import Testing

@Suite("The heart of one connection", .timeLimit(.minutes(1)))
struct HeartbeatTests {
    typealias Taken = [Heartbeat.Action]

    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    private func step(_ heart: inout Heartbeat, _ event: Heartbeat.Event, _ milliseconds: Int64) -> Taken {
        var actions = Actions<Heartbeat.Action>()
        heart.step(event, at: at(milliseconds), into: &actions)
        return Array(actions)
    }

    private let options = HeartbeatOptions(timeToLive: .milliseconds(400), pingInterval: .milliseconds(100))

    @Test("Pings leave only when nothing else was sent for the interval")
    func idlePings() {
        var heart = Heartbeat(options: options, at: .origin)
        #expect(heart.nextDeadline == at(100))
        let taken1 = step(&heart, .tick, 99)
        #expect(taken1.isEmpty)
        let taken2 = step(&heart, .sent, 99)
        #expect(taken2.isEmpty)
        #expect(heart.nextDeadline == at(199))
        let taken3 = step(&heart, .tick, 198)
        #expect(taken3.isEmpty)
        let taken4 = step(&heart, .tick, 199)
        #expect(taken4 == [.ping(Ping(timeToLive: .milliseconds(400)))])
        let taken5 = step(&heart, .tick, 199)
        #expect(taken5.isEmpty)
    }

    @Test("Any traffic is a sign of life; silence is judged by what the peer announced, not by our own")
    func announcedTimeToLive() {
        var heart = Heartbeat(options: options, at: .origin)
        let taken6 = step(&heart, .ping(Ping(timeToLive: .milliseconds(1000))), 0)
        #expect(taken6.isEmpty)
        #expect(heart.announcedTimeToLive == .milliseconds(1000))
        let taken7 = step(&heart, .tick, 1000)
        #expect(!taken7.contains(.fellSilent))
        let taken8 = step(&heart, .received, 1000)
        #expect(taken8.isEmpty)
        let taken9 = step(&heart, .tick, 2000)
        #expect(!taken9.contains(.fellSilent))
        let taken10 = step(&heart, .tick, 2001)
        #expect(taken10.contains(.fellSilent))
        #expect(heart.isSilent)
        let taken11 = step(&heart, .tick, 2500)
        #expect(!taken11.contains(.fellSilent))
        let taken12 = step(&heart, .received, 2600)
        #expect(taken12 == [.heardAgain])
        let taken13 = step(&heart, .received, 2601)
        #expect(taken13.isEmpty)
    }

    @Test("A peer that announces less than we is missed earlier")
    func shorterTimeToLive() {
        var heart = Heartbeat(options: options, at: .origin)
        _ = step(&heart, .ping(Ping(timeToLive: .milliseconds(150))), 0)
        let taken14 = step(&heart, .tick, 151)
        #expect(taken14.contains(.fellSilent))
    }

    @Test("What is announced is brought within the bounds", arguments: [Int64.min, -1, 0, 1, Int64.max])
    func hostileTimeToLive(nanoseconds: Int64) {
        var heart = Heartbeat(options: options, at: .origin)
        _ = step(&heart, .ping(Ping(timeToLive: .nanoseconds(nanoseconds))), 0)
        let expected: Duration = nanoseconds > 1 ? .seconds(600) : .milliseconds(100)
        #expect(heart.announcedTimeToLive == expected)
    }

    @Test("A ping asks for a reply when half of the peer's time has passed in silence, and is answered at once")
    func replies() {
        var heart = Heartbeat(options: options, at: .origin)
        let taken15 = step(&heart, .tick, 200)
        #expect(taken15 == [.ping(Ping(timeToLive: .milliseconds(400)))])
        let taken16 = step(&heart, .tick, 300)
        #expect(taken16 == [.ping(Ping(timeToLive: .milliseconds(400), wantsReply: true))])
        let question = Ping(timeToLive: .milliseconds(400), wantsReply: true)
        let taken17 = step(&heart, .ping(question), 301)
        #expect(taken17 == [.ping(Ping(timeToLive: .milliseconds(400)))])
        let answer = Ping(timeToLive: .milliseconds(400))
        let taken18 = step(&heart, .ping(answer), 302)
        #expect(taken18.isEmpty)
    }

    @Test(
        "A peer that answers while its work stands still is stalled; one whose work goes on is not"
    )
    func progress() {
        var options = options
        options.stallTimeout = .milliseconds(300)
        var heart = Heartbeat(options: options, at: .origin)
        let ping = {
            Heartbeat.Event.ping(Ping(timeToLive: .seconds(1), progress: Progress(completed: $0, isWorkWaiting: $1)))
        }
        let taken19 = step(&heart, ping(7, true), 0)
        #expect(taken19.isEmpty)
        let taken20 = step(&heart, ping(7, true), 299)
        #expect(taken20.isEmpty)
        let taken21 = step(&heart, ping(7, true), 300)
        #expect(taken21 == [.stalled])
        let taken22 = step(&heart, ping(7, true), 700)
        #expect(taken22.isEmpty)
        #expect(heart.isStalled)
        let taken23 = step(&heart, ping(8, true), 800)
        #expect(taken23 == [.movedOn])
        for time in Int64(9)...40 {
            let taken24 = step(&heart, ping(UInt64(time), true), time * 100)
            #expect(taken24.isEmpty)
        }
        // Nothing waits: standing still is no stall, and ends one.
        let taken25 = step(&heart, ping(40, false), 4100)
        #expect(taken25.isEmpty)
        let taken26 = step(&heart, ping(40, false), 9000)
        #expect(taken26.isEmpty)
        let taken27 = step(&heart, ping(40, true), 9100)
        #expect(taken27.isEmpty)
        let taken28 = step(&heart, ping(40, true), 9400)
        #expect(taken28 == [.stalled])
        let taken29 = step(&heart, ping(40, false), 9500)
        #expect(taken29 == [.movedOn])
    }

    @Test("Our own work that waits is told although other traffic flows")
    func progressIsTold() {
        var heart = Heartbeat(options: options, at: .origin)
        _ = step(&heart, .progress(Progress(completed: 3, isWorkWaiting: true)), 0)
        var told = 0
        for time in Int64(1)...100 {
            _ = step(&heart, .sent, time * 10)
            for case .ping(let ping) in step(&heart, .tick, time * 10) {
                told += 1
                #expect(ping.progress.completed == 3)
            }
        }
        #expect(told == 2)
    }
}
