// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewTesting

/// What all nodes of a run have in common, drawn from its seed.
struct BusSetting: Sendable {
    var options = BusOptions()
    var lane = LaneOptions()
    var seedCount = 1
    /// Whether control frames go as bytes.
    var encodes = false
    /// Of 256 frames, so many wait in their lane after they have come, and let other lanes pass.
    var jitter: UInt8 = 0
    /// For how long at most.
    var longestJitter: Int64 = 0
    /// How long the messages of a frame take to find their place; nothing for most.
    var consumption: Int64 = 0
    #if PlantedBugs
    var plantedBug: BusPlantedBug?
    #endif

    static func endpoint(_ position: Int) -> String { "n\(position)" }

    static func position(of endpoint: String) -> Int? { Int(endpoint.dropFirst()) }

    static func id(of position: Int) -> NodeID { NodeID(high: 0, low: UInt64(position) + 1) }

    static func position(of id: NodeID) -> Int { Int(truncatingIfNeeded: id.low) - 1 }

    /// Of each start; in between, a node that was away takes the next ones.
    static func incarnation(_ run: Int) -> Incarnation { Incarnation(rawValue: UInt64(run + 1) << 20) }
}

extension BusSetting {
    /// Draws small limits, so that they matter, and short times.
    static func drawn(_ nodes: Int, using random: inout SeededRandom) -> BusSetting {
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &random)] }
        var setting = BusSetting()
        let timeToLive = Duration.milliseconds(Int.random(in: 200...800, using: &random))
        setting.options.membership = MembershipOptions(
            heartbeat: HeartbeatOptions(timeToLive: timeToLive, stallTimeout: timeToLive * 2),
            lifetime: timeToLive * 3,
            gossipInterval: .milliseconds(300),
            seedBackoff: .init(base: .milliseconds(100), cap: .seconds(2), smallest: .milliseconds(20)),
            tombstoneLifetime: .seconds(20)
        )
        setting.options.interest.statementInterval = .seconds(2)
        setting.options.interest.maximumMessageBytes = pick([256, 1024])
        setting.options.linkBackoff = .init(base: .milliseconds(50), cap: .seconds(2), smallest: .milliseconds(10))
        setting.options.linkTimeout = .seconds(2)
        setting.options.slowRetry = .seconds(3)
        setting.options.maximumFrameBytes = pick([300, 1000, 100_000])
        setting.options.windowBytes = pick([200, 1000, 100_000])
        setting.lane = LaneOptions(
            batchBytes: pick([64, 400, 4000]),
            batchDelay: pick([.zero, .microseconds(50), .milliseconds(20)]),
            streamMessages: pick([2, 32]),
            streamDelay: .milliseconds(50),
            idleTime: pick([.zero, .microseconds(100), .milliseconds(20)]),
            maximumQueuedBytes: pick([300, 2000, 1 << 20])
        )
        setting.seedCount = Int.random(in: 1...2, using: &random)
        setting.encodes = Bool.random(using: &random)
        setting.jitter = pick([0, 16, 128])
        setting.longestJitter = pick([1_000_000, 50_000_000, 400_000_000])
        setting.consumption = pick([0, 0, 5_000_000, 200_000_000])
        return setting
    }
}
