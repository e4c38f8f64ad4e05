// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// How often a heart beats, and how long a silence it takes for the end.
public struct HeartbeatOptions: Hashable, Sendable {
    /// How long a silence of ours the others are to put up with; pings announce it. 5 seconds.
    public var timeToLive: Duration
    /// After how long without anything sent to a peer it is sent a ping; a quarter of ``timeToLive`` when nil, so that
    /// three pings in a row can be lost. More than ``timeToLive`` counts as that: others would suspect us.
    public var pingInterval: Duration?
    /// The smallest time-to-live that is accepted of a peer; less counts as this. 100 milliseconds.
    public var smallestTimeToLive: Duration
    /// The largest time-to-live that is accepted of a peer; more counts as this. 10 minutes.
    public var largestTimeToLive: Duration
    /// For how long a peer with work waiting may get none of it done before it is reported as stalled. 30 seconds.
    public var stallTimeout: Duration

    /// Makes options; those left out have their defaults.
    ///
    /// - Parameters:
    ///   - timeToLive: How long a silence of ours the others are to put up with.
    ///   - pingInterval: After how long without anything sent a ping is sent; nil for a quarter of `timeToLive`.
    ///   - smallestTimeToLive: The smallest time-to-live that is accepted of a peer.
    ///   - largestTimeToLive: The largest time-to-live that is accepted of a peer.
    ///   - stallTimeout: How long work may wait at a peer without any of it being done.
    public init(
        timeToLive: Duration = .seconds(5),
        pingInterval: Duration? = nil,
        smallestTimeToLive: Duration = .milliseconds(100),
        largestTimeToLive: Duration = .seconds(600),
        stallTimeout: Duration = .seconds(30)
    ) {
        self.timeToLive = timeToLive
        self.pingInterval = pingInterval
        self.smallestTimeToLive = smallestTimeToLive
        self.largestTimeToLive = largestTimeToLive
        self.stallTimeout = stallTimeout
    }
}

/// The options in nanoseconds, made sense of: each at least one, the bounds in order.
struct HeartbeatRules: Hashable, Sendable {
    let timeToLive: Int64
    let pingInterval: Int64
    let smallest: Int64
    let largest: Int64
    let stallTimeout: Int64
    /// How often the table of peers is looked through: what is late is late by this at most.
    let sweepInterval: Int64
    #if PlantedBugs
    var plantedBug: PlantedBug?
    #endif

    init(_ options: HeartbeatOptions) {
        smallest = max(4, options.smallestTimeToLive.wholeNanoseconds)
        largest = max(smallest, options.largestTimeToLive.wholeNanoseconds)
        timeToLive = min(max(smallest, options.timeToLive.wholeNanoseconds), largest)
        pingInterval = min(max(1, options.pingInterval?.wholeNanoseconds ?? timeToLive / 4), timeToLive)
        stallTimeout = max(1, options.stallTimeout.wholeNanoseconds)
        sweepInterval = max(1, pingInterval / 4)
    }

    /// What a peer announced, brought within the bounds.
    func accepted(_ timeToLive: Int64) -> Int64 { min(max(smallest, timeToLive), largest) }
}

extension HeartbeatRules {
    init(_ options: MembershipOptions) {
        self.init(options.heartbeat)
        #if PlantedBugs
        plantedBug = options.plantedBug
        #endif
    }
}
