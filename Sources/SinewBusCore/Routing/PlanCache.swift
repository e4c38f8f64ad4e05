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

    /// The place of a subject: a hash of its words. The last word overlaps the one before, and a subject that is
    /// shorter than a word is one of its bytes and zeros.
    @inline(__always)
    static func place(of subject: Span<UInt8>) -> Int {
        guard subject.count <= longestSubject else { return 0 }
        var hash = UInt64(truncatingIfNeeded: subject.count)
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
        }
        guard subject.count >= 8 else {
            var word: UInt64 = 0
            for number in subject.indices { word = word << 8 | UInt64(subject[number]) }
            mix(word)
            return Int(truncatingIfNeeded: hash & UInt64(places - 1))
        }
        var offset = 0
        while offset &+ 8 < subject.count {
            mix(word(of: subject, at: offset))
            offset &+= 8
        }
        mix(word(of: subject, at: subject.count &- 8))
        return Int(truncatingIfNeeded: hash & UInt64(places - 1))
    }

    /// Eight bytes in the machine's order; they have to be there.
    @inline(__always)
    private static func word(of bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    @inline(__always)
    private func holds(_ subject: Span<UInt8>, at place: Int) -> Bool {
        let start = place &* (Self.longestSubject + 1)
        let count = subject.count
        let keys = keys.span
        guard count <= Self.longestSubject, Int(keys[start]) == count, count > 0 else { return false }
        guard count >= 8 else {
            for number in subject.indices where keys[start &+ 1 &+ number] != subject[number] { return false }
            return true
        }
        var offset = 0
        while offset &+ 8 < count {
            guard Self.word(of: keys, at: start &+ 1 &+ offset) == Self.word(of: subject, at: offset) else {
                return false
            }
            offset &+= 8
        }
        return Self.word(of: keys, at: start &+ count &- 7) == Self.word(of: subject, at: count &- 8)
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
