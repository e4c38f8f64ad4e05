// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What is written at once: the batches that came together while the round before was being written.
public struct LogRound: Sendable {
    /// A batch in ``bytes``.
    struct Pending: Sendable {
        let start: Int
        var header: BatchHeader
    }

    /// Where in the segment it belongs.
    public let position: Int
    /// The batches one after the other; complete once they are sealed.
    public private(set) var bytes: [UInt8]
    /// The offset after the last record.
    public let nextOffset: UInt64
    private var batches: [Pending]
    private let seal: BatchSeal
    /// What lasted when it was put together.
    let durableEnd: UInt64
    private var chain: UInt32

    init(
        _ bytes: [UInt8],
        _ batches: [Pending],
        at position: Int,
        nextOffset: UInt64,
        seal: BatchSeal,
        chain: UInt32,
        durableEnd: UInt64
    ) {
        self.bytes = bytes
        self.batches = batches
        self.position = position
        self.nextOffset = nextOffset
        self.seal = seal
        self.chain = chain
        self.durableEnd = durableEnd
    }

    /// The header of the last batch, as far as it is known before it is complete.
    var lastHeader: BatchHeader? { batches.last?.header }

    /// The same for the beginning of another segment.
    func moved(to position: Int, _ seal: BatchSeal) -> LogRound {
        LogRound(
            bytes,
            batches,
            at: position,
            nextOffset: nextOffset,
            seal: seal,
            chain: chain,
            durableEnd: durableEnd
        )
    }

    /// Completes the batches' headers: outside of any lock, because it goes over all bytes.
    ///
    /// - Returns: The header's checksum of the last batch: the chain of the next one.
    public mutating func complete() -> UInt32 {
        for index in batches.indices {
            var header = batches[index].header
            let start = batches[index].start
            let end = index + 1 < batches.count ? batches[index + 1].start : bytes.count
            let body = start + BatchHeader.encodedBytes
            header.bodyBytes = UInt32(end - body)
            header.bodyChecksum = CRC32C.checksum(bytes.span.extracting(body..<end))
            header.durableEnd = min(durableEnd, header.baseOffset)
            header.chain = chain
            chain = header.write(to: &bytes, at: start, seal: seal)
        }
        return chain
    }
}
