// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a subscription dropped and has not reported yet: a bounded number of ranges, in order.
///
/// Ranges of one publisher are joined where their numbers touch, or where the caller knows that none of the
/// subscription's messages between them was kept. When there are more than ``maximumRanges``, one is widened until it
/// covers the new number too, and says so: what is reported is then more than what was dropped, never less.
public struct DroppedRanges: Hashable, Sendable {
    /// A range, and the run of drops that last reached its upper end.
    struct Entry: Hashable, Sendable {
        var range: DroppedRange
        var run: UInt64
    }

    /// The most ranges that are kept.
    public static let maximumRanges = 256

    /// By publisher, then number; they do not overlap.
    var entries: [Entry] = []
    /// Where the last drop went: the next one mostly goes there too.
    var recent = 0

    /// How many drops are in no range, because as many publishers had one already as there can be ranges. Stays after
    /// ``takeAll()``.
    public private(set) var unlisted: UInt64 = 0

    /// Nothing dropped.
    public init() {}

    /// Whether nothing is to be reported.
    public var isEmpty: Bool { entries.isEmpty }

    /// The ranges by publisher, then number.
    ///
    /// - Complexity: O(*n*) for *n* ranges.
    public var ranges: [DroppedRange] { entries.map(\.range) }

    /// Takes all ranges out, for a report.
    ///
    /// - Returns: The ranges by publisher, then number.
    public mutating func takeAll() -> [DroppedRange] {
        defer {
            entries.removeAll()
            recent = 0
        }
        return ranges
    }

    /// Takes a dropped message in.
    ///
    /// - Parameters:
    ///   - source: The message.
    ///   - run: Two messages of one publisher with the same number here, the second with the higher sequence, were
    ///     dropped one after the other, with none of the subscription's messages between them kept; 0 says nothing.
    /// - Complexity: O(1) where it follows the last drop, else O(*n*) for *n* ranges.
    public mutating func insert(_ source: MessageSource, run: UInt64 = 0) {
        // The entry that begins at or before the message is the one before this place.
        let place = place(after: source)
        if place > 0, extend(place - 1, to: source, run: run) {
            joinFollowing(place - 1)
        } else if place < entries.count, extendDown(place, to: source) {
            recent = place
        } else if entries.count < Self.maximumRanges {
            add(source, run: run, at: place)
        } else {
            widen(around: place, for: source, run: run)
        }
    }

    private mutating func add(_ source: MessageSource, run: UInt64, at place: Int) {
        let range = DroppedRange(source.publisher, source.sequence...source.sequence, count: 1)
        entries.insert(Entry(range: range, run: run), at: place)
        recent = place
    }

    /// The first entry that begins after the message.
    private func place(after source: MessageSource) -> Int {
        if recent < entries.count, !entries[recent].begins(after: source) {
            if recent + 1 == entries.count || entries[recent + 1].begins(after: source) { return recent + 1 }
        }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].begins(after: source) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Whether the entry, which begins at or before the message, could take it in.
    private mutating func extend(_ place: Int, to source: MessageSource, run: UInt64) -> Bool {
        let range = entries[place].range
        let upper = range.sequences.upperBound
        guard range.publisher == source.publisher else { return false }
        if upper < source.sequence {
            guard source.sequence - upper == 1 || (run != 0 && run == entries[place].run) else { return false }
            entries[place].range.sequences = range.sequences.lowerBound...source.sequence
            entries[place].run = run
        }
        entries[place].range.count += 1
        recent = place
        return true
    }

    /// Whether the entry, which begins after the message, could take it in.
    private mutating func extendDown(_ place: Int, to source: MessageSource) -> Bool {
        let range = entries[place].range
        guard range.publisher == source.publisher, range.sequences.lowerBound - source.sequence == 1 else {
            return false
        }
        entries[place].range.sequences = source.sequence...range.sequences.upperBound
        entries[place].range.count += 1
        return true
    }

    /// Joins the entry with the next one if their numbers touch now.
    private mutating func joinFollowing(_ place: Int) {
        guard place + 1 < entries.count, entries[place].gap(to: entries[place + 1]) == 0 else { return }
        join(place)
    }

    private mutating func join(_ place: Int) {
        let next = entries.remove(at: place + 1)
        let range = entries[place].range
        let isExact = range.isExact && next.range.isExact && entries[place].gap(to: next) == 0
        entries[place].range.sequences = range.sequences.lowerBound...next.range.sequences.upperBound
        entries[place].range.count += next.range.count
        entries[place].range.isExact = isExact
        entries[place].run = next.run
    }

    /// Makes room where there is none: widens the nearest range of the same publisher, or two of another into one.
    private mutating func widen(around place: Int, for source: MessageSource, run: UInt64) {
        let single = Entry(range: DroppedRange(source.publisher, source.sequence...source.sequence, count: 1), run: run)
        let below = place > 0 ? entries[place - 1].gap(to: single) : nil
        let above = place < entries.count ? single.gap(to: entries[place]) : nil
        if below != nil || above != nil {
            // One too many for a moment.
            entries.insert(single, at: place)
            recent = above == nil || (below ?? .max) <= above ?? .max ? place - 1 : place
            join(recent)
            return
        }
        var narrowest: (gap: UInt64, place: Int)?
        for first in 0..<(entries.count - 1) {
            guard let gap = entries[first].gap(to: entries[first + 1]) else { continue }
            if narrowest.map({ gap < $0.gap }) ?? true { narrowest = (gap, first) }
        }
        guard let narrowest else {
            unlisted += 1
            return
        }
        join(narrowest.place)
        add(source, run: run, at: self.place(after: source))
    }
}

extension DroppedRanges.Entry {
    func begins(after source: MessageSource) -> Bool {
        source < MessageSource(range.publisher, sequence: range.sequences.lowerBound)
    }

    /// How many numbers lie between this entry and one after it; nil when that is another publisher's.
    func gap(to next: Self) -> UInt64? {
        guard range.publisher == next.range.publisher else { return nil }
        return next.range.sequences.lowerBound - range.sequences.upperBound - 1
    }
}
