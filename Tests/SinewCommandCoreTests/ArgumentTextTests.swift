// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCommandCore
import Testing

@Suite("Arguments", .serialized, .timeLimit(.minutes(3)))
struct ArgumentTextTests {
    @Test func durations() throws {
        let cases: [(String, Duration)] = [
            ("1ms", .milliseconds(1)), ("500ms", .milliseconds(500)), ("5s", .seconds(5)), ("2m", .seconds(120)),
            ("24h", .seconds(86_400)), ("1.5s", .milliseconds(1500)), ("0.25m", .seconds(15)),
            ("0.001s", .milliseconds(1)),
        ]
        for (text, time) in cases { #expect(try DurationText.parse(text) == time) }
        let wrong = [
            "", "5", "s", "-5s", "5 s", "1.s", ".5s", "1.5.5s", "0.0001s", "1.5", "0s", "25h", "5S",
            "99999999999999999999s", "9223372036854775807h",
        ]
        for text in wrong { #expect(throws: ArgumentFault.self, "\(text)") { try DurationText.parse(text) } }
        #expect(DurationText.text(.seconds(90)) == "90s")
        #expect(DurationText.text(.seconds(120)) == "2m")
        #expect(DurationText.text(.milliseconds(1500)) == "1500ms")
    }

    @Test func sidesOfAProxy() throws {
        let bound = try ProxySide(parsing: "router:tcp://*:5555")
        #expect(bound.kind == .router && bound.isBound && bound.endpoint == "tcp://*:5555")
        #expect(try ProxySide(parsing: "push:bind:ipc:///tmp/x").endpoint == "ipc:///tmp/x")
        let connected = try ProxySide(parsing: "xsub:connect:tcp://h:1")
        #expect(connected.kind == .xsub && !connected.isBound && connected.endpoint == "tcp://h:1")
        for wrong in ["", "router", "tcp://*:5555", "Router:tcp://*:1", "rep:tcp://*:1"] {
            #expect(throws: ArgumentFault.self, "\(wrong)") { try ProxySide(parsing: wrong) }
        }
        #expect { try ProxySide(parsing: "ruter:tcp://*:1") } throws: { "\($0)".contains("'ruter' is not a kind") }
        #expect(try ProxyPairing(frontend: .pull, backend: .push) == .pullPush)
        #expect(throws: ArgumentFault.self) { try ProxyPairing(frontend: .push, backend: .pull) }
    }

    @Test func topics() {
        let match = TopicMatch([bytes("a."), bytes("a.b."), []])
        #expect(match.topic(of: bytes("a.b.c")) == bytes("a.b."))
        #expect(match.topic(of: bytes("a.c")) == bytes("a."))
        #expect(match.topic(of: bytes("x")) == [])
    }

    @Test("every exit status is on the help page")
    func statuses() {
        var statuses: [Int32] = [SIGHUP, SIGINT, SIGPIPE, SIGTERM].map { ExitStatus.signal($0) }
        statuses += ExitStatus.allCases.map { $0.rawValue }
        for status in statuses {
            #expect(ExitStatus.help.contains(" \(status) "), "\(status)")
        }
    }
}
