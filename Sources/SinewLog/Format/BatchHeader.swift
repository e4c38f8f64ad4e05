// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The 80 bytes that a batch begins with; its records follow, filled up with zeros to a multiple of 8 bytes.
///
/// Lost, torn and misdirected writes are told from each other by it. Its own checksum protects the
/// length, so that a damaged length never shifts what follows; the salt tells it from bytes of other segments; the
/// chain tells a batch that is missing between two; and ``durableEnd`` proves that everything before it had been
/// synchronised, so that damage there cannot be a write that was never finished (Alagappan et al., "Protocol-Aware
/// Recovery for Consensus-Based Storage", FAST 2018).
public struct BatchHeader: Hashable, Sendable {
    /// How many bytes it has.
    public static let encodedBytes = 80
    /// The most bytes that the records of a batch can have.
    public static let maximumBodyBytes = 256 << 20

    /// What a batch is.
    public struct Attributes: OptionSet, Hashable, Sendable {
        /// The bits on the disk.
        public let rawValue: UInt16

        /// Makes them of their bits.
        ///
        /// - Parameter rawValue: The bits on the disk.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Its records are the log's own, and are not shown to readers.
        public static let control = Attributes(rawValue: 1 << 3)
        /// Its records say their offsets: some between the first and the last are missing.
        public static let sparse = Attributes(rawValue: 1 << 4)
        /// The writer was closed after it.
        public static let closing = Attributes(rawValue: 1 << 5)

        static let known: Attributes = [.control, .sparse, .closing]
    }

    /// The bytes of the records, with what fills them up.
    public var bodyBytes: UInt32 = 0
    /// The checksum of these.
    public var bodyChecksum: UInt32 = 0
    /// The offset of the first record; of a batch without records, that of the next one to come.
    public var baseOffset: UInt64
    /// How much further the offset of the last record is.
    public var lastOffsetDelta: UInt32 = 0
    /// How many records there are. None is a proof of what was synchronised, and nothing else.
    public var recordCount: UInt32 = 0
    /// Everything below this offset had been synchronised when the batch was sealed.
    public var durableEnd: UInt64 = 0
    /// When it was appended, in nanoseconds since 1970. Never goes back within a log.
    public var appendTime: UInt64 = 0
    /// Which run of writers: rises each time that the end of the log was cut.
    public var epoch: UInt32 = 0
    /// Who produced it, where repetitions are to be found; 0 for nobody.
    public var producer: UInt64 = 0
    /// Which life of the producer.
    public var producerEpoch: UInt16 = 0
    /// What it is.
    public var attributes: Attributes = []
    /// The producer's number of the first record.
    public var baseSequence: UInt32 = 0
    /// The header's checksum of the batch before; 0 for the first of a log.
    public var chain: UInt32 = 0

    /// A batch without records.
    ///
    /// - Parameter baseOffset: The offset of the next record to come.
    public init(baseOffset: UInt64) { self.baseOffset = baseOffset }

    /// The offset after its last record.
    public var nextOffset: UInt64 { recordCount == 0 ? baseOffset : baseOffset &+ UInt64(lastOffsetDelta) &+ 1 }

    /// How many bytes the batch has in all.
    public var totalBytes: Int { Self.encodedBytes + Int(bodyBytes) }
}

extension BatchHeader {
    /// Writes it over the first bytes of a batch.
    ///
    /// - Parameters:
    ///   - bytes: What the batch is in.
    ///   - place: Where it begins.
    ///   - seal: The segment's.
    /// - Returns: The header's checksum: the chain of the next batch.
    @discardableResult
    public func write(to bytes: inout [UInt8], at place: Int, seal: BatchSeal) -> UInt32 {
        bytes.put(seal.marker, at: place)
        bytes.put(bodyBytes, at: place + 8)
        bytes.put(bodyChecksum, at: place + 12)
        bytes.put(baseOffset, at: place + 16)
        bytes.put(lastOffsetDelta, at: place + 24)
        bytes.put(recordCount, at: place + 28)
        bytes.put(durableEnd, at: place + 32)
        bytes.put(appendTime, at: place + 40)
        bytes.put(0 as UInt32, at: place + 48)
        bytes.put(epoch, at: place + 52)
        bytes.put(producer, at: place + 56)
        bytes.put(producerEpoch, at: place + 64)
        bytes.put(attributes.rawValue, at: place + 66)
        bytes.put(baseSequence, at: place + 68)
        bytes.put(chain, at: place + 72)
        bytes.put(0 as UInt32, at: place + 76)
        let checksum = seal.checksum(bytes.span, at: place)
        bytes.put(checksum, at: place + 4)
        return checksum
    }

    /// Reads a header, whose place may have any bytes.
    ///
    /// - Parameters:
    ///   - bytes: What the batch is in.
    ///   - place: Where it begins.
    ///   - seal: The segment's.
    /// - Throws: `CodecError` where there are too few bytes, or they are no header of this segment, or one whose parts
    ///   contradict each other.
    public init(decoding bytes: Span<UInt8>, at place: Int, seal: BatchSeal) throws(CodecError) {
        guard place >= 0, bytes.count - place >= Self.encodedBytes else {
            throw CodecError(code: .truncated, offset: place, expected: "a batch's header")
        }
        guard bytes.number(at: place) == seal.marker else {
            throw CodecError(code: .invalidValue, offset: place, expected: "the segment's marker")
        }
        guard bytes.number(at: place + 4) == seal.checksum(bytes, at: place) else {
            throw CodecError(code: .invalidValue, offset: place + 4, expected: "the checksum of the batch's header")
        }
        self.init(baseOffset: bytes.number(at: place + 16))
        bodyBytes = bytes.number(at: place + 8)
        bodyChecksum = bytes.number(at: place + 12)
        lastOffsetDelta = bytes.number(at: place + 24)
        recordCount = bytes.number(at: place + 28)
        durableEnd = bytes.number(at: place + 32)
        appendTime = bytes.number(at: place + 40)
        epoch = bytes.number(at: place + 52)
        producer = bytes.number(at: place + 56)
        producerEpoch = bytes.number(at: place + 64)
        attributes = Attributes(rawValue: bytes.number(at: place + 66))
        baseSequence = bytes.number(at: place + 68)
        chain = bytes.number(at: place + 72)
        let reserved: UInt32 = bytes.number(at: place + 48) | bytes.number(at: place + 76)
        guard reserved == 0 else {
            throw CodecError(code: .invalidValue, offset: place + 48, expected: "zeros")
        }
        try check(at: place)
    }

    /// What no writer of this version writes, though its checksum be right.
    private func check(at place: Int) throws(CodecError) {
        func fail(_ offset: Int, _ expected: String) -> CodecError {
            CodecError(code: .invalidValue, offset: place + offset, expected: expected)
        }
        guard bodyBytes <= Self.maximumBodyBytes, bodyBytes % 8 == 0 else { throw fail(8, "a length within its limit") }
        // A length and flags for each.
        guard recordCount <= bodyBytes / 2 else { throw fail(28, "as many records as there is room for") }
        guard attributes.isSubset(of: .known) else { throw fail(66, "attributes that are known") }
        let (_, isTooFar) = baseOffset.addingReportingOverflow(UInt64(lastOffsetDelta) + 1)
        guard !isTooFar else { throw fail(16, "offsets in 64 bits") }
        let least = recordCount == 0 ? 0 : recordCount - 1
        guard lastOffsetDelta >= least else { throw fail(24, "an offset for each record") }
        guard lastOffsetDelta == least || attributes.contains(.sparse) else { throw fail(24, "no offset left out") }
        guard durableEnd <= baseOffset else { throw fail(32, "a proof of what comes before") }
        guard (recordCount == 0) == (bodyBytes == 0) else { throw fail(8, "bytes where there are records") }
    }
}
