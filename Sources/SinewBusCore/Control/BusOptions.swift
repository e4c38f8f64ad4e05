// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

/// How a node takes part in the bus, as far as ``BusControl`` decides it.
public struct BusOptions: Sendable {
    /// Heartbeats, gossip, and the seeds. Its `maximumMembers` is never more than ``maximumPeers``.
    public var membership: MembershipOptions
    /// The limits and times of the interest exchange. Its `maximumPeers` is never less than ``maximumPeers``.
    public var interest: InterestOptions
    /// The most other processes that are known at a time, members or not; whoever is too many is refused and counted.
    /// 1024.
    public var maximumPeers: Int
    /// The largest frame on a data lane that this node takes, in bytes; the peers are told. 16 MiB.
    public var maximumFrameBytes: Int
    /// How many bytes of data frames one peer may have on their way to this node; the peers are told. 4 MiB.
    public var windowBytes: Int
    /// When a link to a member that broke or was refused is opened again: after 50 to 100 ms at first, up to 5 s. It
    /// begins anew once a link has stood for as long as its cap.
    public var linkBackoff: Backoff.Options
    /// How long a link may take from the attempt to open it until the other end lets it in. 5 seconds.
    public var linkTimeout: Duration
    /// How long to wait after a refusal that is not going to change by itself, such as that of another cluster. 30
    /// seconds.
    public var slowRetry: Duration
    /// How long a position that is not urgent may wait before the peer is told. 100 ms.
    public var positionInterval: Duration
    /// For how long a link that was refused is not refused again: what comes over it meanwhile is only counted. 1
    /// second.
    public var refusalInterval: Duration
    /// The most refusals in ``refusalInterval``, to whomever; beyond it they are only counted. 256.
    public var maximumRefusals: Int
    #if PlantedBugs
    package var plantedBug: BusPlantedBug?
    #endif

    /// Makes options; those left out have their defaults.
    ///
    /// - Parameters:
    ///   - membership: Heartbeats, gossip, and the seeds.
    ///   - interest: The limits and times of the interest exchange.
    ///   - maximumPeers: The most other processes that are known at a time.
    ///   - maximumFrameBytes: The largest data frame that this node takes.
    ///   - windowBytes: How many bytes one peer may have on their way to this node.
    ///   - linkBackoff: When a link that broke or was refused is opened again.
    ///   - linkTimeout: How long a link may take to be let in.
    ///   - slowRetry: How long to wait after a refusal that does not change by itself.
    ///   - positionInterval: How long a position that is not urgent may wait.
    ///   - refusalInterval: For how long a link that was refused is not refused again.
    ///   - maximumRefusals: The most refusals in that time.
    public init(
        membership: MembershipOptions = MembershipOptions(),
        interest: InterestOptions = InterestOptions(),
        maximumPeers: Int = 1024,
        maximumFrameBytes: Int = 16 << 20,
        windowBytes: Int = 4 << 20,
        linkBackoff: Backoff.Options = .init(base: .milliseconds(100), cap: .seconds(5), smallest: .milliseconds(50)),
        linkTimeout: Duration = .seconds(5),
        slowRetry: Duration = .seconds(30),
        positionInterval: Duration = .milliseconds(100),
        refusalInterval: Duration = .seconds(1),
        maximumRefusals: Int = 256
    ) {
        self.membership = membership
        self.interest = interest
        self.maximumPeers = maximumPeers
        self.maximumFrameBytes = maximumFrameBytes
        self.windowBytes = windowBytes
        self.linkBackoff = linkBackoff
        self.linkTimeout = linkTimeout
        self.slowRetry = slowRetry
        self.positionInterval = positionInterval
        self.refusalInterval = refusalInterval
        self.maximumRefusals = maximumRefusals
    }

    /// The same with limits that fit each other.
    var normalized: BusOptions {
        var options = self
        options.maximumPeers = max(1, maximumPeers)
        options.maximumFrameBytes = max(1, maximumFrameBytes)
        options.windowBytes = max(1, windowBytes)
        options.membership.maximumMembers = min(membership.maximumMembers, options.maximumPeers)
        options.interest.maximumPeers = max(interest.maximumPeers, options.maximumPeers)
        return options
    }
}
