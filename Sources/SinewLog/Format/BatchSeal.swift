// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What tells the batches of one segment from all other bytes: made of the segment's salt.
public struct BatchSeal: Hashable, Sendable {
    /// "SNWB".
    private static let magic: UInt32 = 0x4257_4E53

    /// The four bytes that each batch begins with, as a number.
    let marker: UInt32
    /// The checksum that those of the headers begin with.
    private let seed: CRC32C

    /// The seal of a segment.
    ///
    /// - Parameter salt: The segment's ``SegmentHeader/salt``.
    public init(salt: UInt64) {
        var bytes: [UInt8] = []
        bytes.append(number: salt)
        marker = Self.magic ^ UInt32(truncatingIfNeeded: salt)
        seed = CRC32C(CRC32C.checksum(bytes.span))
    }

    /// The checksum of the header at a place, all bytes of which have to be there.
    func checksum(_ bytes: Span<UInt8>, at place: Int) -> UInt32 {
        var checksum = seed
        checksum.add(bytes.extracting((place + 8)..<(place + BatchHeader.encodedBytes)))
        return checksum.value
    }

    /// Whether a batch may begin at a place: cheap, and right about nearly everything that is none.
    func mayBegin(_ bytes: Span<UInt8>, at place: Int) -> Bool {
        bytes.count - place >= BatchHeader.encodedBytes && bytes.number(at: place) == marker
    }
}
