// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How a node finds the others: by some that it is told of, who know the rest.
public struct Discovery: Sendable, Hashable {
    /// Endpoints at which some node of the cluster may listen; they are tried again and again.
    public var seeds: [String]

    /// Endpoints at which some node of the cluster may listen. One that answers is enough: the others are learnt from
    /// it by gossip.
    ///
    /// - Parameter endpoints: At most 64, `tcp://10.0.0.7:5555` say. Its own endpoint does no harm.
    public static func seeds(_ endpoints: [String]) -> Discovery { Discovery(seeds: endpoints) }

    /// Nobody is looked for: others find this node.
    public static let none = Discovery(seeds: [])
}
