// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
public import SinewMembership

/// To whom one message goes: a receiver, as itself or for queue groups, or both.
public struct Target: Hashable, Sendable {
    /// The receiver's number.
    public let receiver: Int
    /// Whether it gets the message as itself.
    public var isPlain: Bool
    /// For which groups it was chosen.
    public var groups: [QueueGroup]

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - receiver: The receiver's number.
    ///   - isPlain: Whether it gets the message as itself.
    ///   - groups: For which groups it was chosen.
    public init(receiver: Int, isPlain: Bool, groups: [QueueGroup] = []) {
        self.receiver = receiver
        self.isPlain = isPlain
        self.groups = groups
    }
}

extension Target {
    /// The target itself, unless it has more groups than a record may name.
    fileprivate var parts: [Target] {
        guard groups.count > Record.maximumGroups else { return [self] }
        return stride(from: 0, to: groups.count, by: Record.maximumGroups).map { start in
            let part = groups[start..<min(start + Record.maximumGroups, groups.count)]
            return Target(receiver: receiver, isPlain: isPlain && start == 0, groups: Array(part))
        }
    }
}

extension RoutePlan {
    /// Chooses for one message: all who get every message, and of each group one member by chance.
    ///
    /// A member that cannot be reached is passed over while another can; no group gets a message twice.
    ///
    /// - Parameters:
    ///   - chance: Where the choice comes from.
    ///   - isReachable: Whether a receiver can be sent something now.
    /// - Returns: Each receiver once, in ascending order; one that was chosen for more than ``Record/maximumGroups``
    ///   groups again for each further so many, because a record has no room for more.
    @specialized(where Chance == SplitMix64)
    public func choose<Chance: RandomNumberGenerator>(
        using chance: inout Chance,
        isReachable: (Int) -> Bool
    ) -> [Target] {
        // As it is for most requests: one group of responders, and nobody else.
        if plain.isEmpty, groups.count == 1 {
            let member = Self.member(of: groups[0], using: &chance, isReachable: isReachable)
            return [Target(receiver: member, isPlain: false, groups: groups[0].alone)]
        }
        var targets = plain.map { Target(receiver: $0, isPlain: true) }
        for group in groups {
            let member = Self.member(of: group, using: &chance, isReachable: isReachable)
            if let place = targets.firstIndex(where: { $0.receiver == member }) {
                targets[place].groups.append(group.name)
            } else {
                targets.append(Target(receiver: member, isPlain: false, groups: [group.name]))
            }
        }
        guard !groups.isEmpty else { return targets }
        return targets.sorted { $0.receiver < $1.receiver }.flatMap(\.parts)
    }

    /// From a random place on, the first that can be reached (nats-server's way); where none can, the one at that
    /// place.
    private static func member(
        of group: Group,
        using chance: inout some RandomNumberGenerator,
        isReachable: (Int) -> Bool
    ) -> Int {
        let count = group.members.count
        let start = count == 1 ? 0 : Int.random(in: 0..<count, using: &chance)
        for step in 0..<count {
            let member = group.members[(start + step) % count]
            if isReachable(member) { return member }
        }
        return group.members[start]
    }
}

#if PlantedBugs
extension RoutePlan {
    /// Chooses as a table does that is wrong in a known way.
    package func choose(
        using chance: inout some RandomNumberGenerator,
        with plantedBug: BusPlantedBug?,
        isReachable: (Int) -> Bool
    ) -> [Target] {
        var targets = choose(using: &chance, isReachable: isReachable)
        guard plantedBug == .groupSentTwice else { return targets }
        for group in groups where !group.members.allSatisfy(isReachable) {
            for member in group.members where isReachable(member) {
                let hasIt = targets.contains { $0.receiver == member && $0.groups.contains(group.name) }
                if !hasIt { targets.append(Target(receiver: member, isPlain: false, groups: [group.name])) }
            }
        }
        return targets
    }
}
#endif
