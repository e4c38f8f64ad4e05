// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectFilter {
    /// Whether some subject is matched by both.
    ///
    /// Symmetric. Source: what nats-server's `SubjectsCollide` means to answer; its mistake about tokens that begin
    /// with `*` is not copied.
    ///
    /// - Parameter other: The other filter.
    /// - Complexity: O(bytes of both). Allocates nothing.
    public func intersects(_ other: SubjectFilter) -> Bool {
        let (left, right) = (bytes.span, other.bytes.span)
        var (one, two) = (0, 0)
        while true {
            // At the beginning of a token of both: whatever is left has one token or more.
            let kinds = (TokenScan.kind(in: left, at: one), TokenScan.kind(in: right, at: two))
            guard kinds.0 != .rest, kinds.1 != .rest else { return true }
            let (end, otherEnd) = (TokenScan.end(in: left, from: one), TokenScan.end(in: right, from: two))
            if kinds == (.literal, .literal) {
                guard TokenScan.areEqual(left, one..<end, right, two..<otherEnd) else { return false }
            }
            guard end < left.count, otherEnd < right.count else { return end == left.count && otherEnd == right.count }
            (one, two) = (end + 1, otherEnd + 1)
        }
    }

    /// Whether every subject that the other matches is matched by this one, too.
    ///
    /// `foo.>` includes `foo.*`, and `foo.*` does not include `foo.>`. Every filter includes itself, and two that
    /// include each other are the same. Source: what nats-server's `subjectIsSubsetMatch` means to answer; its mistake
    /// about tokens that begin with `*` is not copied.
    ///
    /// - Parameter other: The filter that may be the smaller one.
    /// - Complexity: O(bytes of both). Allocates nothing.
    public func includes(_ other: SubjectFilter) -> Bool {
        let (large, small) = (bytes.span, other.bytes.span)
        var (one, two) = (0, 0)
        while true {
            let kinds = (TokenScan.kind(in: large, at: one), TokenScan.kind(in: small, at: two))
            if kinds.0 == .rest { return true }
            if kinds.1 == .rest { return false }
            let (end, otherEnd) = (TokenScan.end(in: large, from: one), TokenScan.end(in: small, from: two))
            // A literal has other bytes than '*', which it does not include either.
            if kinds.0 == .literal {
                guard TokenScan.areEqual(large, one..<end, small, two..<otherEnd) else { return false }
            }
            guard end < large.count, otherEnd < small.count else {
                return end == large.count && otherEnd == small.count
            }
            (one, two) = (end + 1, otherEnd + 1)
        }
    }

    /// The filters without those that another of them includes, each once, in order.
    ///
    /// What they match together stays the same. The result does not depend on the order of the filters, and none of it
    /// includes another. It is smallest among the given filters taken one against one: what several match together is
    /// not looked for, so that `a.*` and `a.*.>` stay two, though `a.>` alone matches the same.
    ///
    /// - Parameter filters: The filters; the caller bounds their number.
    /// - Returns: Those that are needed, sorted.
    /// - Complexity: O(n log n + n w), where w of the n filters have wildcards.
    public static func minimized(_ filters: some Sequence<SubjectFilter>) -> [SubjectFilter] {
        var distinct: [SubjectFilter] = []
        for filter in filters.sorted() where filter != distinct.last { distinct.append(filter) }
        // A literal includes no other filter. The others are few, as a rule.
        let wide = distinct.filter { !$0.isLiteral }
        return distinct.filter { filter in !wide.contains { $0 != filter && $0.includes(filter) } }
    }
}

extension TokenScan {
    /// Whether parts of two spans have the same bytes.
    static func areEqual(
        _ left: Span<UInt8>,
        _ range: Range<Int>,
        _ right: Span<UInt8>,
        _ otherRange: Range<Int>
    ) -> Bool {
        guard range.count == otherRange.count else { return false }
        for offset in 0..<range.count
        where left[range.lowerBound + offset] != right[otherRange.lowerBound + offset] { return false }
        return true
    }
}
