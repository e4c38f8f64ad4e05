// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import Testing

@Suite("No responders", .timeLimit(.minutes(1)))
struct PendingRespondersTests {
    @Test("Said at once when it is known, and never before", arguments: [false, true])
    func decisions(isSynced: Bool) {
        let deadline = Instant(nanoseconds: 10)
        let responders = PendingResponders(isSynced: isSynced, deadline: deadline)
        let decisions = (8...11).map { responders.decision(at: Instant(nanoseconds: $0)) }
        let early: PendingResponders.Decision = isSynced ? .fail(.noResponders) : .wait(until: deadline)
        #expect(decisions == [early, early, .fail(.timedOut), .fail(.timedOut)])
    }
}
