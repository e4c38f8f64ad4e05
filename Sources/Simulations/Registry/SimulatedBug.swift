// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if PlantedBugs
package import SinewBusCore
package import SinewMembership

/// A mistake that machines can be told to make, of whichever module they are.
package enum SimulatedBug: Hashable, Sendable, CustomStringConvertible {
    /// One of the membership or the interest exchange.
    case membership(PlantedBug)
    /// One of the bus.
    case bus(BusPlantedBug)

    /// All there are.
    package static let all = PlantedBug.allCases.map(Self.membership) + BusPlantedBug.allCases.map(Self.bus)

    /// The name by which it is asked for.
    package var description: String {
        switch self {
        case .membership(let bug): bug.rawValue
        case .bus(let bug): bug.rawValue
        }
    }
}
#endif
