// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@Suite("Instants", .timeLimit(.minutes(1)))
struct InstantTests {
    @Test("Arithmetic stays at the ends")
    func ends() {
        #expect(Instant.distantFuture.advanced(by: .seconds(1)) == .distantFuture)
        #expect(Instant(nanoseconds: .min).advanced(by: .seconds(-1)) == Instant(nanoseconds: .min))
        #expect(Instant.origin.advanced(by: .seconds(Int64.max)) == .distantFuture)
        #expect(Instant(nanoseconds: .min).nanoseconds(to: .distantFuture) == .max)
        #expect(Instant.distantFuture.nanoseconds(to: Instant(nanoseconds: .min)) == .min)
    }

    @Test("Durations are cut off to whole nanoseconds, towards zero")
    func fractions() {
        let almostTwo = Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999)
        #expect(almostTwo.wholeNanoseconds == 1)
        #expect((Duration.zero - almostTwo).wholeNanoseconds == -1)
        #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
    }

    @Test("There and back again")
    func differences() {
        let later = Instant(nanoseconds: 5).advanced(by: .milliseconds(2))
        #expect(Instant(nanoseconds: 5).duration(to: later) == .milliseconds(2))
        #expect(later.duration(to: Instant(nanoseconds: 5)) == .milliseconds(-2))
    }

    @Test("Descriptions are seconds", arguments: [(345, "0.000000345s"), (12_000_000_000, "12.000000000s")])
    func descriptions(nanoseconds: Int64, text: String) {
        #expect(Instant(nanoseconds: nanoseconds).description == text)
        #expect(Instant(nanoseconds: -nanoseconds).description == "-" + text)
    }
}
