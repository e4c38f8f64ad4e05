// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The first 64 bytes of a segment; batches follow.
public struct SegmentHeader: Hashable, Sendable {
    /// "SNWS".
    static let magic: UInt32 = 0x5357_4E53
    /// The version of the format that is written, and the highest that can be read.
    public static let version: UInt16 = 1
    /// How many bytes it has.
    public static let encodedBytes = 64

    /// The store that the segment belongs to.
    public let store: StoreID
    /// Which log of the store.
    public let log: UInt32
    /// Which segment of the log, in the order of their making.
    public let number: UInt32
    /// The offset of the first record that can be in it.
    public let baseOffset: UInt64
    /// Random: in the marker and the checksum of each batch, so that bytes of another segment, which were at this place
    /// of the disk before, are never taken for this one's.
    public let salt: UInt64
    /// The header's checksum of the batch before the segment's first; 0 for none.
    public let chain: UInt32
    /// The highest epoch of the log when it was made.
    public let epoch: UInt32
    /// When it was made, in seconds since 1970, rounded up; not before any batch of the segments before.
    public let created: UInt32

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - store: The store that the segment belongs to.
    ///   - log: Which log of the store.
    ///   - number: Which segment of the log.
    ///   - baseOffset: The offset of the first record that can be in it.
    ///   - salt: Random.
    ///   - chain: The header's checksum of the batch before the segment's first; 0 for none.
    ///   - epoch: The highest epoch of the log.
    ///   - created: When it was made, in seconds since 1970.
    public init(
        store: StoreID,
        log: UInt32,
        number: UInt32,
        baseOffset: UInt64,
        salt: UInt64,
        chain: UInt32,
        epoch: UInt32,
        created: UInt32
    ) {
        self.store = store
        self.log = log
        self.number = number
        self.baseOffset = baseOffset
        self.salt = salt
        self.chain = chain
        self.epoch = epoch
        self.created = created
    }
}

extension SegmentHeader {
    /// Its bytes.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.encodedBytes)
        bytes.append(number: Self.magic)
        bytes.append(number: Self.version)
        // Features: none are known.
        bytes.append(number: 0 as UInt16)
        bytes.append(number: store.high)
        bytes.append(number: store.low)
        bytes.append(number: log)
        bytes.append(number: number)
        bytes.append(number: baseOffset)
        bytes.append(number: salt)
        bytes.append(number: chain)
        bytes.append(number: epoch)
        bytes.append(number: created)
        bytes.append(number: CRC32C.checksum(bytes.span))
        return bytes
    }

    /// Reads the header of a segment.
    ///
    /// - Parameter bytes: What the segment begins with.
    /// - Throws: `CodecError` for too few bytes, another kind of file, a later version of the format, a feature that is
    ///   not known, and a checksum that is wrong.
    public init(decoding bytes: Span<UInt8>) throws(CodecError) {
        guard bytes.count >= Self.encodedBytes else {
            throw CodecError(code: .truncated, offset: 0, expected: "a segment's header of \(Self.encodedBytes) bytes")
        }
        guard bytes.number(at: 0, as: UInt32.self) == Self.magic else {
            throw CodecError(code: .invalidValue, offset: 0, expected: "the magic number of a segment")
        }
        // Before the checksum: a later version may have it elsewhere, and should be called what it is.
        guard bytes.number(at: 4, as: UInt16.self) == Self.version else {
            throw CodecError(code: .invalidValue, offset: 4, expected: "version \(Self.version) of the format")
        }
        let checksum = CRC32C.checksum(bytes.extracting(0..<60))
        guard bytes.number(at: 60) == checksum else {
            throw CodecError(code: .invalidValue, offset: 60, expected: "the checksum of the segment's header")
        }
        guard bytes.number(at: 6, as: UInt16.self) == 0 else {
            throw CodecError(code: .invalidValue, offset: 6, expected: "features that are known")
        }
        self.init(
            store: StoreID(high: bytes.number(at: 8), low: bytes.number(at: 16)),
            log: bytes.number(at: 24),
            number: bytes.number(at: 28),
            baseOffset: bytes.number(at: 32),
            salt: bytes.number(at: 40),
            chain: bytes.number(at: 48),
            epoch: bytes.number(at: 52),
            created: bytes.number(at: 56)
        )
    }
}
