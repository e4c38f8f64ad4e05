// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which directions a partition closes.
struct PartitionShape {
    /// The directions, as pairs of positions.
    private(set) var closed: [(from: Int, to: Int)] = []

    /// The shape of an episode, the same whenever it is asked for.
    ///
    /// - Parameters:
    ///   - kind: One of the kinds of partitions.
    ///   - nodes: How many nodes there are.
    ///   - random: The generator of this episode.
    init(_ kind: FaultKinds, nodes: Int, using random: inout SeededRandom) {
        guard nodes > 1 else { return }
        if kind == .linkPartition {
            let a = Int.random(in: 0..<nodes, using: &random)
            let b = (a + Int.random(in: 1..<nodes, using: &random)) % nodes
            closed = Int.random(in: 0..<3, using: &random) == 0 ? [(a, b)] : [(a, b), (b, a)]
            return
        }
        // Half of the time a node alone, else any two groups.
        var isInside = [Bool](repeating: false, count: nodes)
        if Bool.random(using: &random) {
            isInside[Int.random(in: 0..<nodes, using: &random)] = true
        } else {
            for node in 0..<nodes { isInside[node] = Bool.random(using: &random) }
            let turned = Int.random(in: 0..<nodes, using: &random)
            // Neither group is empty.
            isInside[turned] = !isInside[(turned + 1) % nodes]
        }
        let bridge = kind == .bridgePartition ? Int.random(in: 0..<nodes, using: &random) : -1
        let isOutward = Bool.random(using: &random)
        for from in 0..<nodes {
            for to in 0..<nodes where isInside[from] != isInside[to] && from != bridge && to != bridge {
                if kind == .oneWayPartition && isInside[from] != isOutward { continue }
                closed.append((from, to))
            }
        }
    }
}
