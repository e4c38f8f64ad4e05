// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewLog
import SinewTesting
import Testing

extension LogBench {
    /// Opens the log after a crash, with crashes while it is being opened, and compares it with the model.
    mutating func recover(_ survival: SimulatedDisk.Survival, _ place: String) throws {
        let wasBusy = isBusy
        isBusy = false
        defer { isBusy = wasBusy }
        while Int.random(in: 0..<3, using: &random) == 0 {
            disk.turnOff(at: disk.changes + Int.random(in: 1...6, using: &random))
            let isOpen = (try? open()) != nil
            if isOpen { step(.tick) }
            disk.crash(keeping: survival, using: &random)
        }
        try open()
        let contents = try LogContents(of: files)
        try #require(contents.corruptions.isEmpty, "\(place): \(contents.corruptions)")
        try #require(contents.tornBytes == 0, "\(place): a torn tail is left")
        try compare(contents, place)
        try checkRepetition(place)
        model.removeSubrange(contents.records.count...)
        atomic.removeAll { $0.upperBound > UInt64(model.count) }
        shown = shown.filter { $0.key < UInt64(model.count) }
        acknowledged = UInt64(model.count)
        // The new epoch need not have been written before somebody appends.
        if Bool.random(using: &random) { step(.tick) }
    }

    private mutating func compare(_ contents: LogContents, _ place: String) throws {
        let count = contents.records.count
        try #require(UInt64(count) >= acknowledged, "\(place): \(acknowledged) were said to last, \(count) are there")
        try #require(count <= model.count, "\(place): \(count) are there, \(model.count) were appended")
        for (offset, record) in contents.records.enumerated() {
            let entry = model[offset]
            try #require(record.offset == UInt64(offset), "\(place): offsets are not contiguous at \(offset)")
            try #require(Array(record.payload) == entry.payload, "\(place): record \(offset) is another")
            try #require(record.key.map(Array.init) == entry.key && record.subject == entry.subject, "\(place)")
            try #require(record.headers == entry.headers && record.isTombstone == entry.isTombstone, "\(place)")
            try #require(record.timestamp == entry.timestamp ?? record.appendTime, "\(place)")
            if let shown = shown[UInt64(offset)], shown.epoch == record.epoch {
                try #require(shown.entry == entry, "\(place): \(offset) was shown with other content in its epoch")
            }
        }
        for batch in atomic {
            let isTorn = batch.contains(UInt64(count)) && batch.lowerBound < UInt64(count)
            try #require(!isTorn, "\(place): \(batch) is there in part, up to \(count)")
        }
        let nextOffset = try #require(writer?.nextOffset)
        try #require(nextOffset == UInt64(count), "\(place): the next offset is \(nextOffset)")
        let epoch = try #require(writer?.epoch)
        try #require(epoch >= self.epoch, "\(place): epoch \(epoch) after \(self.epoch)")
        for (offset, seen) in shown where offset >= count {
            try #require(epoch > seen.epoch, "\(place): \(offset) was shown in epoch \(epoch), and is lost")
        }
        self.epoch = epoch
    }

    /// Finding the end again finds the same, and changes nothing.
    private mutating func checkRepetition(_ place: String) throws {
        let names = try disk.names(in: files.directory).filter { $0.hasSuffix(".log") }
        let bytes = disk.bytes(of: files.directory + "/" + (names.last ?? ""))
        let before = disk.changes
        let recovery = LogRecovery(of: files, store: Self.store, number: 7)
        let first = try recovery.recover(salt: 1, at: time)
        let second = try recovery.recover(salt: 1, at: time)
        try #require(first.end == second.end && first.cut == nil && second.cut == nil, "\(place)")
        // Two synchronisations each, and what there is once more where it was not closed.
        try #require(disk.changes - before <= 8, "\(place): it was written to")
        try #require(disk.bytes(of: files.directory + "/" + (names.last ?? "")) == bytes, "\(place): it was changed")
    }
}
