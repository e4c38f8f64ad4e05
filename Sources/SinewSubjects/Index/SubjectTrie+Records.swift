// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// A token of a filter, after the tokens that lead to it. What matching reads of it: half a cache line.
    @usableFromInline
    struct Node: BitwiseCopyable {
        /// The token's bytes, the first one lowest, filled up with zeros. Of a token of more than eight bytes the first
        /// four, and above them where all of its bytes are.
        @usableFromInline var token: UInt64
        /// The parent, and above it how many bytes the token has; a `*` has none.
        @usableFromInline var place: UInt64
        /// The child for `*`, or 0.
        @usableFromInline var any: UInt32 = 0
        /// The entries of the filter that goes on with `>` and ends.
        @usableFromInline var rest = EntryList()
        /// The entries of the filter that ends here.
        @usableFromInline var entries = EntryList()
        /// The hash of the tokens that lead here and of this one.
        @usableFromInline var path: UInt32 = 0

        init(token: UInt64, length: Int, parent: UInt32) {
            self.token = token
            place = UInt64(parent) | UInt64(length) << 32
        }

        /// Not a node, but where one was. No key is like this.
        static var unused: Node { Node(token: .max, length: Int(UInt32.max), parent: .max) }

        var isInUse: Bool { place != .max }
        var parent: UInt32 { UInt32(truncatingIfNeeded: place) }
        var length: Int { Int(place >> 32) }
        var isLong: Bool { length > 8 }
    }

    /// What only changes and enumerations read of a node.
    struct Links: BitwiseCopyable {
        /// The child that was made last, or 0. Where a node was, the next of such places.
        var firstChild: UInt32 = 0
        /// Among the parent's children: the one that was made before, and the one after; or 0.
        var next: UInt32 = 0
        var previous: UInt32 = 0
    }

    /// A value of a filter: a link of the ring of all values that this filter has.
    @usableFromInline
    struct Entry: BitwiseCopyable {
        /// The node of the filter's last token other than `>`; the highest bit is set when a `>` follows. All bits are
        /// where no entry is.
        @usableFromInline var place: UInt32
        @usableFromInline var next: UInt32
        @usableFromInline var previous: UInt32
        /// Tells it from those that had its number before.
        @usableFromInline var generation: UInt32

        init(node: UInt32, isRest: Bool, generation: UInt32) {
            place = isRest ? node | Self.restBit : node
            next = 0
            previous = 0
            self.generation = generation
        }

        static var restBit: UInt32 { 0x8000_0000 }

        @inlinable
        var isInUse: Bool { place != .max }
        var isRest: Bool { place & Self.restBit != 0 }
        var node: UInt32 { place & ~Self.restBit }
    }

    /// The first entry of a ring, and whether there are others, which spares looking at it when there are none.
    @usableFromInline
    struct EntryList: BitwiseCopyable {
        @usableFromInline var raw: UInt32 = 0

        /// No entry.
        init() {}

        init(first: UInt32, hasOthers: Bool) { raw = hasOthers ? first | 0x8000_0000 : first }

        @inlinable @inline(__always)
        var isEmpty: Bool { raw == 0 }

        @inlinable @inline(__always)
        var first: UInt32 { raw & 0x7FFF_FFFF }

        @inlinable @inline(__always)
        var hasOthers: Bool { raw & 0x8000_0000 != 0 }
    }
}
