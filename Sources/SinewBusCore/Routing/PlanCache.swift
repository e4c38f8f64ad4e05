// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The plans of subjects that were looked up lately.
///
/// Each subject has one place, by its hash; who comes later takes it. Keys lie side by side and not in arrays of their
/// own, so that a look takes no reference but that of the plan. Longer subjects than ``longestSubject`` are not kept.
struct PlanCache: Sendable {
    /// How many subjects have a place.
    static let places = 1024
    /// The longest subject that is kept, in bytes.
    static let longestSubject = 63

    /// Place by place: how many bytes the subject has (0 for none), and they.
    private var keys: ContiguousArray<UInt8>
    private var singles: ContiguousArray<Int32>
    private var plans: ContiguousArray<RoutePlan?>
    private var isEmpty = true

    init() {
        keys = ContiguousArray(repeating: 0, count: Self.places * (Self.longestSubject + 1))
        singles = ContiguousArray(repeating: -1, count: Self.places)
        plans = ContiguousArray(repeating: nil, count: Self.places)
    }

    /// FNV-1a, folded: short, and good enough for a place in a small table.
    @inline(__always)
    static func place(of subject: Span<UInt8>) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for number in subject.indices { hash = (hash ^ UInt32(subject[number])) &* 0x0100_0193 }
        return Int((hash ^ hash >> 16) & UInt32(places - 1))
    }

    @inline(__always)
    private func holds(_ subject: Span<UInt8>, at place: Int) -> Bool {
        let start = place &* (Self.longestSubject + 1)
        guard subject.count <= Self.longestSubject, Int(keys[start]) == subject.count, subject.count > 0 else {
            return false
        }
        for number in subject.indices where keys[start &+ 1 &+ number] != subject[number] { return false }
        return true
    }

    /// The plan of a subject; nil when it is not here.
    @inline(__always)
    func plan(for subject: Span<UInt8>, at place: Int) -> RoutePlan? {
        holds(subject, at: place) ? plans[place] : nil
    }

    /// The one receiver of a subject's messages; negative when it is not here or has others.
    @inline(__always)
    func single(for subject: Span<UInt8>, at place: Int) -> Int {
        holds(subject, at: place) ? Int(singles[place]) : -1
    }

    mutating func insert(_ plan: RoutePlan, for subject: Span<UInt8>, at place: Int) {
        guard subject.count <= Self.longestSubject else { return }
        let start = place * (Self.longestSubject + 1)
        keys[start] = UInt8(subject.count)
        for number in subject.indices { keys[start + 1 + number] = subject[number] }
        singles[place] = Int32(clamping: plan.single)
        plans[place] = plan
        isEmpty = false
    }

    mutating func removeAll() {
        guard !isEmpty else { return }
        for place in plans.indices where plans[place] != nil {
            plans[place] = nil
            keys[place * (Self.longestSubject + 1)] = 0
        }
        isEmpty = true
    }
}
