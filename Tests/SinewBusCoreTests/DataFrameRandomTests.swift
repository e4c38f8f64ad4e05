// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import TestSupport
import Testing

/// The reader and the writer against ``NaiveRecord``, on whatever chance brings; a failure prints its seed.
@Suite("Random frames of a data lane", .timeLimit(.minutes(1)))
struct DataFrameRandomTests {
    private func number(_ random: inout SeededGenerator) -> UInt64 {
        UInt64.random(in: 0 ... .max, using: &random) >> UInt64.random(in: 0...63, using: &random)
    }

    private func record(_ random: inout SeededGenerator) -> NaiveRecord {
        var record = NaiveRecord(kind: UInt8.random(in: 1...4, using: &random))
        let payload = random.bytes(Int(number(&random) % 150))
        switch record.kind {
        case 1:
            record.flags = UInt8.random(in: 0...15, using: &random)
            if record.flags & 1 == 0 { record.flags &= 7 }
            record.subject = random.bytes(Int.random(in: 1...40, using: &random))
            if record.flags & 4 != 0 {
                record.id = number(&random)
                record.remaining = number(&random) % 9_223_372_036_854_776
            }
            if record.flags & 1 != 0 {
                let count = Int.random(in: 1...5, using: &random)
                let names = (0..<count).map { _ in
                    (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        UInt8.random(in: 0x61...0x63, using: &random)
                    }
                }
                record.groups = Set(names).sorted { $0.lexicographicallyPrecedes($1) }
            }
        case 2:
            record.id = number(&random)
            record.status = number(&random) % 12
            record.flags = [0, 2, 16, 18, 32, 34, 48, 50].randomElement(using: &random) ?? 0
            if (1...4).contains(record.status) { record.flags |= 32 }
            if record.status == 5 { record.flags |= 16 }
            if record.status == 0 { record.flags &= ~32 }
        case 3: record.id = number(&random)
        default: break
        }
        if record.flags & 2 != 0 {
            let most = UInt8.random(in: 0...9, using: &random) == 0 ? 64 : 3
            record.headers = (0..<Int.random(in: 1...most, using: &random)).map { _ in
                let name = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                    UInt8.random(in: 0x3B...0x7E, using: &random)
                }
                return NaiveRecord.Pair(name: name, value: random.bytes(Int(number(&random) % 140)))
            }
        }
        if record.kind != 3 { record.payload = payload }
        return record
    }

    private func head(_ count: Int, _ random: inout SeededGenerator) -> DataFrameHead {
        let destination = Incarnation(rawValue: max(1, number(&random)))
        let first = min(max(1, number(&random)), .max - 100)
        return DataFrameHead(to: destination, first: first, count: UInt32(count))
    }

    private func read(_ frame: [UInt8]) throws(CodecError) -> (DataFrameHead, [NaiveRecord]) {
        let head = try DataFrameHead(decoding: frame.span, maximumBytes: .max)
        var reader = RecordReader(head)
        var records: [NaiveRecord] = []
        while let record = try reader.next(in: frame.span) { records.append(NaiveRecord(record, in: frame)) }
        return (head, records)
    }

    @Test("Frames are written as the naive way writes them, and come back whole")
    func roundTrips() throws {
        var kinds: [UInt8: Int] = [:]
        for seed in UInt64(0)..<1000 {
            var random = SeededGenerator(seed: seed)
            let records = (0..<Int.random(in: 0...6, using: &random)).map { _ in record(&random) }
            let head = head(records.count, &random)
            var (frame, naive): ([UInt8], [UInt8]) = ([], [])
            head.append(to: &frame)
            head.append(to: &naive)
            for record in records {
                try record.write(to: &frame)
                naive += try record.encoded()
                kinds[record.kind, default: 0] += 1
            }
            #expect(frame == naive, "seed \(seed)")
            let read = try read(frame)
            #expect(read.0 == head && read.1 == records, "seed \(seed)")
        }
        #expect(kinds.count == 4 && kinds.values.allSatisfy { $0 > 300 }, "\(kinds)")
    }

    @Test("Every beginning of a frame is refused")
    func prefixes() throws {
        for seed in UInt64(0)..<25 {
            var random = SeededGenerator(seed: seed)
            let records = (0..<Int.random(in: 1...3, using: &random)).map { _ in record(&random) }
            var frame: [UInt8] = []
            head(records.count, &random).append(to: &frame)
            for record in records { try record.write(to: &frame) }
            for end in 0..<frame.count {
                #expect(throws: CodecError.self, "seed \(seed), \(end)") { try read(Array(frame[..<end])) }
            }
        }
    }

    @Test("Damaged frames are taken and refused as by the naive way, with the same records")
    func damage() throws {
        var (accepted, refused) = (0, 0)
        for seed in UInt64(0)..<8000 {
            var random = SeededGenerator(seed: seed)
            let records = (0..<Int.random(in: 1...2, using: &random)).map { _ in record(&random) }
            var frame: [UInt8] = []
            head(records.count, &random).append(to: &frame)
            for record in records { frame += try record.encoded() }
            // Near the beginnings of fields, where it matters.
            let places = DataFrameHead.encodedBytes..<min(frame.count, DataFrameHead.encodedBytes + 40)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let bit = UInt8(1) << UInt8.random(in: 0...7, using: &random)
                let place = Int.random(in: places, using: &random)
                let byte = UInt8.random(in: 0...255, using: &random)
                frame[place] = Bool.random(using: &random) ? frame[place] ^ bit : byte
            }
            if seed % 5 == 0 { frame.removeLast(Int(seed / 5) % 3) }
            let mine = Result { () throws(CodecError) in try read(frame).1 }
            let naive = Result {
                try NaiveRecord.decode(frame, try DataFrameHead(decoding: frame.span, maximumBytes: .max))
            }
            switch (mine, naive) {
            case (.success(let one), .success(let other)):
                accepted += 1
                #expect(one == other, "seed \(seed)")
                let again = try one.flatMap { try $0.encoded() }
                #expect(again == Array(frame[DataFrameHead.encodedBytes...]), "seed \(seed)")
            case (.failure, .failure): refused += 1
            case (.success, .failure(let error)): Issue.record("seed \(seed): only the naive way refuses it: \(error)")
            case (.failure(let error), .success): Issue.record("seed \(seed): only the reader refuses it: \(error)")
            }
        }
        #expect(accepted > 1000 && refused > 1000, "\(accepted) taken, \(refused) refused")
    }

    @Test("Random bytes never trap, in a head, in records, and in headers")
    func randomBytes() {
        for seed in UInt64(0)..<40_000 {
            var random = SeededGenerator(seed: seed)
            var frame = random.bytes(Int(seed % 90))
            if seed % 3 != 0, frame.count > 24 {
                frame.replaceSubrange(0..<2, with: [1, 16])
                frame.replaceSubrange(18..<22, with: [0, 0, 0, 1 + UInt8(seed % 2)])
                frame[22] = UInt8(frame.count - 23)
                frame[23] = 1 + UInt8(seed % 4)
                frame[24] &= 63
            }
            _ = try? read(frame)
            if let headers = try? Headers(decoding: frame.span) { #expect(headers.encoded == frame) }
        }
    }
}
