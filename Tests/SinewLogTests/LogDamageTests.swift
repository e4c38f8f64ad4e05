// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewLog
import SinewTesting
import Testing

@Suite("A log whose bytes change", .timeLimit(.minutes(5)))
struct LogDamageTests {
    /// A small log of several segments, closed or not.
    private func small(seed: UInt64, isClosed: Bool, segmentBytes: Int = 600) throws -> LogBench {
        var bench = LogBench(seed: seed)
        bench.options.segmentBytes = segmentBytes
        bench.options.batchBytes = 100
        try bench.open()
        for _ in 0..<12 {
            for _ in 0..<2 { bench.append() }
            bench.step(.flush)
        }
        if isClosed { bench.step(.close) }
        return bench
    }

    /// Damages the files in every way that a test thinks of, one after the other.
    private func damaged(
        _ bench: LogBench,
        _ damages: (_ bytes: [UInt8]) -> [[UInt8]],
        _ check: (_ path: String, _ isLast: Bool, _ place: String) throws -> Void
    ) throws {
        let names = try bench.disk.names(in: "log").filter { $0.hasSuffix(".log") }
        try #require(names.count > 2)
        for name in names {
            let path = "log/\(name)"
            let sound = try #require(bench.disk.bytes(of: path))
            for (number, bytes) in damages(sound).enumerated() {
                bench.disk.overwrite(path, with: bytes)
                try check(path, name == names.last, "\(path), damage \(number)")
            }
            bench.disk.overwrite(path, with: sound)
        }
    }

    @Test("Any bit that flips is seen, and of the records no more is lost than one batch", arguments: [true, false])
    func flippedBits(isClosed: Bool) throws {
        let bench = try small(seed: 3, isClosed: isClosed)
        let before = try LogContents(of: bench.files)
        let batches = Dictionary(grouping: before.records, by: \.batchOffset)
        let largest = batches.values.map(\.count).max() ?? 0
        try damaged(bench, Self.flips) { path, isLast, place in
            let contents: LogContents
            do throws(LogError) {
                contents = try LogContents(of: bench.files)
            } catch {
                // There is nothing behind the last segment.
                try #require(error.code == .format && isLast, "\(place): \(error)")
                return
            }
            let isSeen = !contents.corruptions.isEmpty || contents.tornBytes > 0
            try #require(isSeen, "\(place): nobody sees it")
            try check(contents, against: before, atMost: largest, isLast, place)
        }
    }

    /// What is read is what was written; what is missing was told.
    private func check(
        _ contents: LogContents,
        against before: LogContents,
        atMost limit: Int,
        _ isLast: Bool,
        _ place: String
    ) throws {
        let known = Dictionary(uniqueKeysWithValues: before.records.map { ($0.offset, Array($0.payload)) })
        var missing = Set(known.keys)
        for record in contents.records {
            try #require(known[record.offset] == Array(record.payload), "\(place): record \(record.offset) is another")
            try #require(missing.remove(record.offset) != nil, "\(place): record \(record.offset) comes twice")
        }
        let told = contents.corruptions
        let silent = missing.filter { offset in !told.contains { $0.offsets.contains(offset) } }
        // Of what was synchronised last nothing proves it: it looks like a write that was never finished.
        if !(isLast && contents.tornBytes > 0) {
            try #require(silent.isEmpty, "\(place): \(silent.sorted()) are not told")
        }
        // The header of a segment concerns all of it.
        if told.contains(where: { $0.position == 0 }) { return }
        try #require(missing.count <= limit, "\(place): \(missing.count) records are lost")
    }

    @Test("A file that ends too early, anywhere, is seen", arguments: [true, false])
    func cutFiles(isClosed: Bool) throws {
        let bench = try small(seed: 4, isClosed: isClosed)
        let before = try LogContents(of: bench.files)
        let cuts = { (bytes: [UInt8]) in
            Swift.stride(from: 0, to: bytes.count, by: Self.stride).map { Array(bytes[..<$0]) }
        }
        try damaged(bench, cuts) { path, isLast, place in
            let contents: LogContents
            do throws(LogError) {
                contents = try LogContents(of: bench.files)
            } catch {
                // There is nothing behind the last segment.
                try #require(error.code == .format && isLast, "\(place): \(error)")
                return
            }
            guard contents.records.count < before.records.count, !isLast else { return }
            try #require(!contents.corruptions.isEmpty, "\(place): nobody sees it")
        }
    }

    @Test("A batch that is missing, comes twice, or is in the place of another, is seen")
    func movedBatches() throws {
        let bench = try small(seed: 6, isClosed: true)
        let before = try LogContents(of: bench.files)
        try damaged(bench, Self.moves) { path, isLast, place in
            let contents = try LogContents(of: bench.files)
            let isSeen = !contents.corruptions.isEmpty || contents.tornBytes > 0
            // The proofs at the end have no records.
            try #require(
                isSeen || (isLast && contents.records.count == before.records.count),
                "\(place): nobody sees it"
            )
            let missing = Set(before.records.map(\.offset)).subtracting(contents.records.map(\.offset))
            let silent = missing.filter { offset in !contents.corruptions.contains { $0.offsets.contains(offset) } }
            try #require(silent.isEmpty || contents.tornBytes > 0, "\(place): \(silent.sorted()) are not told")
        }
    }

    /// The bytes of a segment without each of its batches, with each twice, and with each in the place of the next.
    private static func moves(_ bytes: [UInt8]) -> [[UInt8]] {
        guard let header = try? SegmentHeader(decoding: bytes.span) else { return [] }
        var scan = SegmentScan(of: header)
        var batches: [Range<Int>] = []
        while let (position, batch) = scan.next(in: bytes.span) {
            batches.append(position..<position + batch.totalBytes)
        }
        var moved: [[UInt8]] = []
        for (number, batch) in batches.enumerated() {
            moved.append(Array(bytes[..<batch.lowerBound] + bytes[batch.upperBound...]))
            moved.append(Array(bytes[..<batch.upperBound] + bytes[batch.lowerBound...]))
            guard number + 1 < batches.count else { continue }
            let next = batches[number + 1]
            moved.append(Array(bytes[..<next.lowerBound] + bytes[batch] + bytes[next.upperBound...]))
        }
        return moved
    }

    @Test("A batch of a later version is refused as such, and never cut off")
    func laterVersions() throws {
        let bench = try small(seed: 7, isClosed: false, segmentBytes: 1 << 20)
        let path = "log/\(try #require(try bench.disk.names(in: "log").last { $0.hasSuffix(".log") }))"
        let sound = try #require(bench.disk.bytes(of: path))
        let header = try SegmentHeader(decoding: sound.span)
        let seal = BatchSeal(salt: header.salt)
        var scan = SegmentScan(of: header)
        while let (position, batch) = scan.next(in: sound.span) {
            var (later, bytes) = (batch, sound)
            later.attributes.insert(BatchHeader.Attributes(rawValue: 1 << 6))
            later.write(to: &bytes, at: position, seal: seal)
            bench.disk.overwrite(path, with: bytes)
            #expect { try LogContents(of: bench.files) } throws: { ($0 as? LogError)?.code == .format }
            let recovery = LogRecovery(of: bench.files, store: LogBench.store, number: 7)
            #expect { try recovery.recover(salt: 1, at: bench.time) } throws: { ($0 as? LogError)?.code == .format }
            #expect(bench.disk.bytes(of: path) == bytes, "it was cut off")
        }
    }

    @Test("Opening never cuts off what was proved to last, whatever bit flips")
    func opening() throws {
        let bench = try small(seed: 5, isClosed: true, segmentBytes: 1 << 20)
        let before = try LogContents(of: bench.files)
        let last = try #require(try bench.disk.names(in: "log").last { $0.hasSuffix(".log") })
        let path = "log/\(last)"
        let sound = try #require(bench.disk.bytes(of: path))
        for (number, bytes) in Self.flips(sound).enumerated() {
            bench.disk.overwrite(path, with: bytes)
            let recovery = LogRecovery(of: bench.files, store: LogBench.store, number: 7)
            do {
                let recovered = try recovery.recover(salt: 1, at: bench.time)
                // The last batch says that the log was closed, and has no records: only that may be lost.
                try #require(recovered.end.nextOffset == before.nextOffset, "bit \(number)")
                try #require(recovered.cut?.possiblyAcknowledged ?? false == false, "bit \(number)")
            } catch let error as LogError {
                try #require(error.code == .corrupt || error.code == .format, "bit \(number): \(error)")
                let isKept = bench.disk.bytes(of: path) == bytes
                try #require(isKept, "bit \(number): it was changed all the same")
            }
            bench.disk.overwrite(path, with: sound)
        }
    }

    /// All in an optimised build, else some: each is a log that is read.
    #if DEBUG
    private static let stride = 61
    #else
    private static let stride = 1
    #endif

    private static func flips(_ bytes: [UInt8]) -> [[UInt8]] {
        Swift.stride(from: 0, to: bytes.count * 8, by: stride).map { bit in
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            return flipped
        }
    }
}
