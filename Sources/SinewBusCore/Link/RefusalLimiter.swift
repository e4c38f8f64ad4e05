// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Lets through one refusal for each link and interval, and so many in all: whoever floods us with what is refused
/// gets no flood back, and takes no memory.
struct RefusalLimiter: Sendable {
    private let maximum: Int
    private let interval: Int64
    /// In the order of time.
    private var recent: [(link: LinkID, until: Instant)] = []

    init(maximum: Int, interval: Duration) {
        self.maximum = max(1, maximum)
        self.interval = max(1, interval.wholeNanoseconds)
    }

    /// Whether a refusal may go out now, which is then noted.
    mutating func admits(_ link: LinkID, at now: Instant) -> Bool {
        let expired = recent.prefix { $0.until <= now }.count
        recent.removeFirst(expired)
        guard recent.count < maximum, !recent.contains(where: { $0.link == link }) else { return false }
        recent.append((link, now.advanced(byNanoseconds: interval)))
        return true
    }
}
