// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A set of interests with its hash, whose order depends only on what was done to it.
///
/// The hash is the sum, modulo 2^64, of a well mixed 64-bit hash of each member (``Interest/hash64``): it does not
/// depend on the order, and follows each change in constant time (AdHash; Bellare, Micciancio: A New Paradigm for
/// Collision-Free Hashing, 1997). Two sets of one size that differ by accident have the same hash once in 2^64 times.
/// It is no defence against malice: sets with equal sums are easily made. A peer that does so lies about nothing but
/// its own interest.
struct InterestSet: Sendable {
    private(set) var members: ContiguousArray<Interest> = []
    private(set) var hash: UInt64 = 0
    /// How many bytes all members take in messages.
    private(set) var encodedBytes = 0
    // For looking up only: never iterated over, as its order differs from process to process.
    private var places: [Interest: Int] = [:]

    var count: Int { members.count }
    var isEmpty: Bool { members.isEmpty }

    func contains(_ interest: Interest) -> Bool { places[interest] != nil }

    /// Adds a member at the end; false when it was there.
    mutating func insert(_ interest: Interest) -> Bool {
        guard places[interest] == nil else { return false }
        places[interest] = members.count
        members.append(interest)
        hash &+= interest.hash64
        encodedBytes += interest.encodedBytes
        return true
    }

    /// Removes a member, whose place the last one takes; false when it was not there.
    mutating func remove(_ interest: Interest) -> Bool {
        guard let place = places.removeValue(forKey: interest) else { return false }
        let last = members.removeLast()
        if place < members.count {
            members[place] = last
            places[last] = place
        }
        hash &-= interest.hash64
        encodedBytes -= interest.encodedBytes
        return true
    }

    /// What has to be added to this set and removed from it so that it becomes the other.
    func difference(to other: InterestSet) -> InterestDifference {
        InterestDifference(
            added: other.members.filter { !contains($0) },
            removed: members.filter { !other.contains($0) }
        )
    }

    /// What the set is at a version: the version goes into the hash too, so that a wrong one is noticed as well.
    func summary(at version: UInt64) -> InterestSummary {
        InterestSummary(version: version, count: count, hash: hash &+ Mixing.mixed(version))
    }
}
