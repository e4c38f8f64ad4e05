// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// What tokens are hashed with.
    @usableFromInline
    struct Seed: BitwiseCopyable {
        private let origin: UInt64
        @usableFromInline let first: UInt64
        @usableFromInline let second: UInt64

        init(_ origin: UInt64) {
            self.origin = origin
            first = Self.mixed(origin &+ 0x9E37_79B9_7F4A_7C15)
            second = Self.mixed(origin &+ 0x3C6E_F372_FE94_F82A)
        }

        /// The seed after this one.
        var next: Seed { Seed(Self.mixed(origin ^ 0xD1B5_4A32_D192_ED03)) }

        /// The last step of SplitMix64 (Steele, Lea, Flood 2014).
        private static func mixed(_ value: UInt64) -> UInt64 {
            var mixed = value
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        /// The hash of no tokens.
        @inlinable var root: UInt32 { 0 }

        /// The hash of the tokens with that hash and one more: without knowing the seed nobody can choose tokens that
        /// collide. A `*` has the length 0.
        @inlinable @inline(__always)
        func path(_ path: UInt32, _ word: UInt64, _ length: Int) -> UInt32 {
            let place = UInt64(path) &<< 32 | UInt64(truncatingIfNeeded: length)
            return UInt32(truncatingIfNeeded: Bytes.folded(word ^ first, place ^ second) &>> 32)
        }

        /// The hash of the tokens with that hash and a `*`.
        @inlinable @inline(__always)
        func any(after path: UInt32) -> UInt32 { self.path(path, 0x2A, 0) }
    }

    /// A token of a subject, as the trie looks for it.
    @usableFromInline
    struct Token {
        /// The first eight bytes, the first one lowest, filled up with zeros.
        @usableFromInline let word: UInt64
        /// Where it begins.
        @usableFromInline let start: Int
        /// How many bytes it has, at least 1.
        @usableFromInline let length: Int
        /// The hash of the tokens before it and of it, as a literal token.
        ///
        /// Because it depends on nothing that is looked up, the processor can look for all tokens of a subject at once.
        @usableFromInline let path: UInt32

        /// The token that begins at some byte of a subject without empty tokens, after tokens with that hash.
        @inlinable @inline(__always)
        init(at start: Int, of subject: Text, after path: UInt32, _ seed: Seed) {
            let remaining = subject.count &- start
            let word = Bytes.word(at: start, of: subject)
            let dots = Bytes.firstDot(in: word)
            self.start = start
            if dots != 0 {
                length = dots.trailingZeroBitCount &>> 3
                self.word = word & Bytes.mask(length)
                self.path = seed.path(path, self.word, length)
            } else if remaining <= 8 {
                length = remaining
                self.word = word
                self.path = seed.path(path, word, length)
            } else {
                self.word = word
                (length, self.path) = Self.end(of: word, at: start, of: subject, after: path, seed)
            }
        }

        /// The length and path of a token that has no end in the first eight bytes.
        @usableFromInline
        static func end(
            of word: UInt64,
            at start: Int,
            of subject: Text,
            after path: UInt32,
            _ seed: Seed
        ) -> (length: Int, path: UInt32) {
            var hash = word
            var position = start + 8
            while position < subject.count {
                let next = Bytes.word(at: position, of: subject)
                let dots = Bytes.firstDot(in: next)
                let found = dots == 0 ? min(subject.count - position, 8) : dots.trailingZeroBitCount >> 3
                guard found > 0 else { break }
                let part = found < 8 ? next & Bytes.mask(found) : next
                hash = Bytes.folded(hash ^ seed.first, part ^ seed.second)
                position += found
                guard found == 8 else { break }
            }
            return (position - start, seed.path(path, hash, position - start))
        }

        /// Where it ends.
        @inlinable @inline(__always)
        var end: Int { start &+ length }

        /// Whether its bytes are more than a word.
        @inlinable @inline(__always)
        var isLong: Bool { length > 8 }

        var isAny: Bool { length == 1 && word == 0x2A }
        var isRest: Bool { length == 1 && word == 0x3E }
    }

    /// For tests: the hash of the edge from the root for a token.
    static func rootEdgeHash(of token: [UInt8], _ seed: Seed) -> UInt32 {
        unsafe token.withUnsafeBytes { bytes in
            unsafe Token(at: 0, of: Text(bytes), after: seed.root, seed).path
        }
    }
}
