// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Goes over the bytes of a segment, batch by batch, and judges the first place that is wrong.
///
/// Two simple rules are both wrong: that everything from the first bad checksum on is an unfinished write (then a
/// flipped bit loses all that comes after it), and that a sound batch after a bad one proves corruption (then a power
/// failure, after which the system wrote later pages first, makes a log that cannot be opened). What decides is whether
/// a batch further on says that everything up to here had been synchronised when it was written.
public struct SegmentScan: Sendable {
    /// The segment's header.
    public let header: SegmentHeader
    private let seal: BatchSeal
    /// Everything below is known from elsewhere to have been synchronised.
    private let provedEnd: UInt64
    /// Where the sound batches end.
    public private(set) var end: LogEnd
    /// Damage, once it was met.
    public private(set) var damage: SegmentDamage?

    /// Begins before the first batch.
    ///
    /// - Parameters:
    ///   - header: The segment's header.
    ///   - provedEnd: An offset below which everything is known to have been synchronised: where the next segment
    ///     begins, which was not made before.
    ///   - end: Where to go on, when everything before is known to be sound.
    public init(of header: SegmentHeader, provedEnd: UInt64 = 0, from end: LogEnd? = nil) {
        self.header = header
        self.provedEnd = provedEnd
        seal = BatchSeal(salt: header.salt)
        self.end = end ?? LogEnd(of: header)
    }

    /// Goes on at a sound batch after damage; nil where there is none.
    init?(of header: SegmentHeader, provedEnd: UInt64, at position: Int, in bytes: Span<UInt8>) {
        self.init(of: header, provedEnd: provedEnd)
        guard let batch = try? BatchHeader(decoding: bytes, at: position, seal: seal) else { return nil }
        end.position = position
        end.nextOffset = batch.baseOffset
        end.chain = batch.chain
        end.provedEnd = max(end.provedEnd, batch.durableEnd)
    }

    /// Reads the next batch.
    ///
    /// - Parameter bytes: All bytes of the segment.
    /// - Returns: Where it begins, and its header; nil at the end, and at ``damage``.
    /// - Complexity: O(bytes of the batch); where damage is met, O(bytes that are left).
    public mutating func next(in bytes: Span<UInt8>) -> (position: Int, header: BatchHeader)? {
        guard damage == nil else { return nil }
        guard end.position < bytes.count else {
            if end.nextOffset < provedEnd { damage = missingEnd() }
            return nil
        }
        let position = end.position
        let header: BatchHeader
        do throws(CodecError) {
            header = try sound(at: position, in: bytes)
        } catch {
            damage = judge(bytes, error)
            return nil
        }
        end.pass(header, checksum: bytes.number(at: position + 4))
        return (position, header)
    }

    /// Reads all batches.
    ///
    /// - Parameter bytes: All bytes of the segment.
    public mutating func skipAll(in bytes: Span<UInt8>) {
        while next(in: bytes) != nil {}
    }

    /// The batch at a place, when everything about it is right.
    private func sound(at position: Int, in bytes: Span<UInt8>) throws(CodecError) -> BatchHeader {
        let header = try BatchHeader(decoding: bytes, at: position, seal: seal)
        let start = position + BatchHeader.encodedBytes
        guard Int(header.bodyBytes) <= bytes.count - start else {
            throw CodecError(code: .truncated, offset: start, expected: "\(header.bodyBytes) bytes of records")
        }
        guard header.chain == end.chain else {
            throw CodecError(
                code: .invalidValue,
                offset: position + 72,
                expected: "the batch that follows the one before"
            )
        }
        guard header.baseOffset >= end.nextOffset else {
            throw CodecError(
                code: .invalidValue,
                offset: position + 16,
                expected: "an offset of \(end.nextOffset) or more"
            )
        }
        let body = bytes.extracting(start..<(start + Int(header.bodyBytes)))
        guard CRC32C.checksum(body) == header.bodyChecksum else {
            throw CodecError(code: .invalidValue, offset: start, expected: "the checksum of the records")
        }
        return header
    }

    /// The segment is sound, and shorter than it was.
    private func missingEnd() -> SegmentDamage {
        SegmentDamage(
            kind: .corruption,
            position: end.position,
            offsets: end.nextOffset..<provedEnd,
            nextSound: nil,
            reason: "the segment ends before the next one begins"
        )
    }

    /// Looks at everything after the end for a proof that what is there had been synchronised.
    private func judge(_ bytes: Span<UInt8>, _ error: CodecError) -> SegmentDamage {
        var proved = max(end.provedEnd, provedEnd)
        var known = end.nextOffset
        var next: (position: Int, offset: UInt64)?
        // Batches begin at multiples of 8.
        for position in stride(from: end.position, to: bytes.count, by: 8) where seal.mayBegin(bytes, at: position) {
            guard let header = try? BatchHeader(decoding: bytes, at: position, seal: seal) else { continue }
            proved = max(proved, header.durableEnd)
            known = max(known, header.nextOffset)
            if position > end.position, next == nil, header.baseOffset >= end.nextOffset {
                next = (position, header.baseOffset)
            }
        }
        if isUnknown(bytes) {
            return SegmentDamage(
                kind: .unknownFormat,
                position: end.position,
                offsets: end.nextOffset..<end.nextOffset,
                nextSound: nil,
                reason: "\(error)"
            )
        }
        let isCorrupt = proved > end.nextOffset
        let upper = isCorrupt ? min(proved, max(end.nextOffset, next?.offset ?? proved)) : known
        return SegmentDamage(
            kind: isCorrupt ? .corruption : .tornTail,
            position: end.position,
            offsets: end.nextOffset..<max(end.nextOffset, upper),
            nextSound: next?.position,
            reason: "\(error)"
        )
    }

    /// Whether a batch begins at the end whose checksum is right, and which a later version may have written.
    private func isUnknown(_ bytes: Span<UInt8>) -> Bool {
        let position = end.position
        guard seal.mayBegin(bytes, at: position) else { return false }
        guard bytes.number(at: position + 4) == seal.checksum(bytes, at: position) else { return false }
        return (try? BatchHeader(decoding: bytes, at: position, seal: seal)) == nil
    }
}
