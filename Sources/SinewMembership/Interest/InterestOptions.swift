// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The limits and times of an ``InterestExchange``.
public struct InterestOptions: Sendable {
    /// The most different interests of one node, the own one and each peer. Default 100 000.
    public var maximumInterests = 100_000
    /// The most bytes that the interests of one node take in messages. Default 16 MiB.
    public var maximumInterestBytes = 16 << 20
    /// The most peers, connected or not; beyond it the one that has been away for longest is forgotten, and when all
    /// are connected a new one is rejected. Default 1024.
    public var maximumPeers = 1024
    /// The most bytes of one message, at least ``smallestMessageBytes``. Default 64 KiB.
    public var maximumMessageBytes = 64 << 10
    /// How many changes are kept for peers that have an older version; whoever is further behind gets a snapshot.
    /// Default 4096.
    public var maximumLoggedChanges = 4096
    /// How long after the last word to a peer that has everything it is told again what there is, so that a loss is
    /// noticed; shortened by up to half at random, so that not all are told at once. Default 5 s.
    public var statementInterval: Duration = .seconds(5)
    /// When something that was not answered is sent again. Default from 50 ms on, up to 5 s.
    public var retransmission = Backoff.Options(
        base: .milliseconds(200),
        cap: .seconds(5),
        smallest: .milliseconds(50)
    )

    /// The smallest that ``maximumMessageBytes`` can be; a lower value counts as this one.
    public static let smallestMessageBytes = 256

    #if PlantedBugs
    /// Which known mistake the machine makes.
    package var plantedBug: PlantedBug?
    #endif

    /// The defaults.
    public init() {}

    /// How many bytes of a message interests may take: the rest is for what comes before them.
    var interestBytesPerMessage: Int { messageLimit - 96 }
}
