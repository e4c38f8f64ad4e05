// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewMembership

/// Whom a subject's messages go to: everybody of these, and one of each of those groups.
///
/// Receivers are numbers that whoever has the table chose: of peers, or of subscriptions.
public final class RoutePlan: Sendable {
    /// The members of a queue group whose filters match.
    public struct Group: Hashable, Sendable {
        /// The group.
        public let name: QueueGroup
        /// Its members, each once, in ascending order; never empty.
        public let members: [Int]
        /// The group as a list of its own: made once, and not for each message.
        let alone: [QueueGroup]

        init(name: QueueGroup, members: [Int]) {
            self.name = name
            self.members = members
            alone = [name]
        }
    }

    /// Who gets every message, each once, in ascending order.
    public let plain: [Int]
    /// The groups that get each message once, in the order of their names.
    public let groups: [Group]

    /// The only receiver, where it is one and in no group; else -1.
    public let single: Int

    /// Whether nobody wants the subject.
    public var isEmpty: Bool { plain.isEmpty && groups.isEmpty }

    /// Makes a plan of what a match found.
    ///
    /// - Parameter routes: The receivers in any order, also more than once.
    init(_ routes: [Route]) {
        plain = routes.lazy.filter { $0.group == nil }.map(\.receiver).sortedOnce()
        single = plain.count == 1 && !routes.contains { $0.group != nil } ? plain[0] : -1
        let grouped = routes.filter { $0.group != nil }
        let names = grouped.compactMap(\.group).sortedOnce()
        groups = names.map { name in
            Group(name: name, members: grouped.lazy.filter { $0.group == name }.map(\.receiver).sortedOnce())
        }
    }

    /// All receivers that may get something, each once, in ascending order.
    public var receivers: [Int] { (plain + groups.flatMap(\.members)).sortedOnce() }
}

/// One interest of one receiver.
struct Route: Hashable, Sendable {
    let receiver: Int
    let group: QueueGroup?
}
