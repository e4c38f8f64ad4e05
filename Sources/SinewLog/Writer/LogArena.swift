// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Records that wait to be written, as batches whose headers are not complete.
struct LogArena: Sendable {
    private(set) var bytes: [UInt8] = []
    private var batches: [LogRound.Pending] = []
    /// The batch that records are still added to.
    private var open: LogRound.Pending?
    /// Memory of an earlier round.
    private var spare: [UInt8] = []
    /// Whether somebody waits until these records last.
    var wantsSynchronizing = false

    var isEmpty: Bool { bytes.isEmpty }

    /// Has a batch that takes a record of single appends.
    mutating func begin(at offset: UInt64, epoch: UInt32, time: UInt64, batchBytes: Int, adding size: Int) {
        if let open {
            let used = bytes.count - open.start
            if used < batchBytes, used + size <= BatchHeader.maximumBodyBytes { return }
        }
        beginAlone(at: offset, epoch: epoch, time: time)
    }

    /// Begins a batch that has nothing else than what is added next.
    mutating func beginAlone(
        at offset: UInt64,
        epoch: UInt32,
        time: UInt64,
        _ attributes: BatchHeader.Attributes = []
    ) {
        endBatch()
        var header = BatchHeader(baseOffset: offset)
        header.epoch = epoch
        header.appendTime = time
        header.attributes = attributes
        open = LogRound.Pending(start: bytes.count, header: header)
        bytes.append(contentsOf: repeatElement(0, count: BatchHeader.encodedBytes))
    }

    /// Adds a record to the batch.
    mutating func add(_ entry: LogEntry) {
        guard var batch = open else { return }
        RecordEncoder.append(entry, offsetDelta: nil, appendTime: batch.header.appendTime, to: &bytes)
        batch.header.lastOffsetDelta = batch.header.recordCount
        batch.header.recordCount += 1
        open = batch
    }

    /// Takes nothing more into the batch.
    mutating func endBatch() {
        guard let batch = open else { return }
        RecordEncoder.pad(&bytes, from: batch.start)
        batches.append(batch)
        open = nil
    }

    /// Hands over everything there is.
    mutating func take() -> (bytes: [UInt8], batches: [LogRound.Pending]) {
        endBatch()
        wantsSynchronizing = false
        var taken = (bytes: spare, batches: [] as [LogRound.Pending])
        spare = []
        swap(&taken.bytes, &bytes)
        swap(&taken.batches, &batches)
        return taken
    }

    /// Drops everything there is.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        batches.removeAll()
        open = nil
        wantsSynchronizing = false
    }

    /// Keeps the memory of a round that was written.
    mutating func reuse(_ memory: [UInt8]) {
        var memory = memory
        memory.removeAll(keepingCapacity: true)
        if bytes.isEmpty, bytes.capacity < memory.capacity { bytes = memory } else { spare = memory }
    }
}
