// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension OutboundLane {
    // MARK: Links

    /// A link stands.
    ///
    /// - Parameters:
    ///   - number: Which.
    ///   - maximumFrameBytes: The largest frame that the peer takes.
    ///   - windowBytes: How many bytes may be on their way to it.
    ///   - received: The last message that the peer says it has; nil when it knows nothing of earlier links.
    /// - Returns: What became of the messages that were in doubt; nil when none were, or nobody knows.
    public mutating func linkUp(
        _ number: UInt32,
        maximumFrameBytes: UInt64,
        windowBytes: UInt64,
        received: UInt64?
    ) -> LaneResolution? {
        link = number
        self.maximumFrameBytes = Int(clamping: maximumFrameBytes)
        // What a peer says is limited: sums with it must not overflow.
        self.windowBytes = min(windowBytes, 1 << 62)
        grantedBytes = self.windowBytes
        sentBytes = 0
        // What the peer did not get is told by the number of the next frame, which is an empty one if nothing follows.
        hasGap = received.map { $0 < assigned } ?? false
        sent = assigned
        defer { doubt = nil }
        guard let received, received <= assigned else {
            if received != nil { contradictions += 1 }
            confirmed = assigned
            return nil
        }
        confirmed = assigned
        guard let doubt else { return nil }
        let arrived = min(max(received, doubt.lowerBound - 1), doubt.upperBound)
        return LaneResolution(
            delivered: arrived >= doubt.lowerBound ? doubt.lowerBound...arrived : nil,
            lost: arrived < doubt.upperBound ? arrived + 1...doubt.upperBound : nil
        )
    }

    /// The link has ended, and what waited for it is dropped.
    ///
    /// - Returns: What is in doubt, and what was dropped.
    public mutating func linkDown() -> LaneLoss {
        guard link != nil else { return LaneLoss(inDoubt: nil, dropped: []) }
        link = nil
        let lost = queuedRanges
        closed.removeAll()
        firstClosed = 0
        open = []
        openCount = 0
        queuedBytes = 0
        hasGap = false
        doubt = confirmed < sent ? confirmed + 1...sent : nil
        #if PlantedBugs
        if plantedBug == .doubtTooShort, let range = doubt {
            doubt = range.count > 1 ? range.lowerBound + 1...range.upperBound : nil
        }
        #endif
        return LaneLoss(inDoubt: doubt, dropped: lost)
    }

    /// The numbers of the messages that wait; those that were dropped between them have been told.
    private var queuedRanges: [ClosedRange<UInt64>] {
        var ranges = closed[firstClosed...].compactMap(\.numbers)
        if openCount > 0 { ranges.append(openFirst...openFirst + UInt64(openCount) - 1) }
        return ranges.reduce(into: []) { joined, range in
            guard let last = joined.last, last.upperBound + 1 == range.lowerBound || joined.count == 256 else {
                return joined.append(range)
            }
            joined[joined.count - 1] = last.lowerBound...range.upperBound
        }
    }

    /// The peer tells how far it is.
    ///
    /// - Parameter position: What it has, and what it grants. One that is behind an earlier one changes nothing.
    /// - Returns: Whether more is granted than before, so that something may be due.
    public mutating func told(_ position: LanePosition) -> Bool {
        guard position.link == link else { return false }
        guard position.received <= sent, position.granted <= sentBytes + windowBytes else {
            contradictions += 1
            return false
        }
        confirmed = max(confirmed, position.received)
        guard position.granted > grantedBytes else { return false }
        grantedBytes = position.granted
        return true
    }
}
