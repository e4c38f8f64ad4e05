// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
import SinewSubjects

// The form is described in Documentation/wire-format.md, "Interest"; each value has one form only.

extension InterestMessage {
    /// The version of the wire form, and the first byte of each message.
    static let formatVersion: UInt8 = 1

    private enum Kind: UInt8 {
        case statement = 1
        case delta, snapshot, confirmation, progress, repair, refusal
    }

    private var kind: Kind {
        switch body {
        case .statement: .statement
        case .delta: .delta
        case .snapshot: .snapshot
        case .confirmation: .confirmation
        case .progress: .progress
        case .repair: .repair
        case .refusal: .refusal
        }
    }

    /// The message as bytes.
    ///
    /// - Parameter options: Of these, the most bytes that a message may have.
    /// - Returns: At most ``InterestOptions/maximumMessageBytes`` (or ``InterestOptions/smallestMessageBytes``) bytes.
    /// - Throws: ``CodecError`` with ``CodecError/Code/overLimit`` when they are not enough, which does not happen to
    ///   the messages of an ``InterestExchange`` with these options.
    public func encoded(_ options: InterestOptions = InterestOptions()) throws(CodecError) -> [UInt8] {
        var writer = ByteWriter(limit: options.messageLimit)
        try writer.writeUInt8(Self.formatVersion)
        try writer.writeUInt8(kind.rawValue)
        try writer.writeIncarnation(sender)
        try writer.writeIncarnation(destination)
        switch body {
        case .statement(let summary): try writer.write(summary)
        case .delta(let delta):
            try writer.writeVarint(delta.from)
            try writer.write(delta.result)
            try writer.writeCount(delta.changes.count)
            for change in delta.changes {
                try writer.writeBool(change.isAddition)
                try writer.write(change.interest)
            }
        case .snapshot(let part):
            try writer.write(part.whole)
            try writer.writeCount(part.offset)
            try writer.writeCount(part.interests.count)
            for interest in part.interests { try writer.write(interest) }
        case .confirmation(let session, let version), .refusal(let session, let version):
            try writer.writeVarint(session)
            try writer.writeVarint(version)
        case .progress(let session, let version, let offset):
            try writer.writeVarint(session)
            try writer.writeVarint(version)
            try writer.writeCount(offset)
        case .repair(let session, let held, let isDoubted):
            try writer.writeVarint(session)
            try writer.writeVarint(held)
            try writer.writeBool(isDoubted)
        }
        return writer.bytes
    }

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - bytes: All of the message, and nothing else.
    ///   - options: Of these, the most bytes that a message may have.
    /// - Throws: What is wrong with the bytes, and where. Any bytes can be given: nothing is allocated but for what is
    ///   there.
    public init(decoding bytes: ArraySlice<UInt8>, _ options: InterestOptions = InterestOptions()) throws(CodecError) {
        var reader = ByteReader(bytes)
        guard bytes.count <= options.messageLimit else {
            throw reader.fail(.overLimit, at: options.messageLimit, "the end of the message")
        }
        guard try reader.readUInt8() == Self.formatVersion else {
            throw reader.fail(.invalidValue, at: 0, "format version \(Self.formatVersion)")
        }
        guard let kind = Kind(rawValue: try reader.readUInt8()) else {
            throw reader.fail(.invalidValue, at: 1, "a kind from 1 to 7")
        }
        let sender = try reader.readIncarnation()
        let destination = try reader.readIncarnation()
        self.init(try Self.body(kind, &reader), from: sender, to: destination)
        try reader.finish()
    }

    private static func body(_ kind: Kind, _ reader: inout ByteReader) throws(CodecError) -> Body {
        switch kind {
        case .statement: return .statement(try reader.readSummary())
        case .delta:
            let from = try reader.readVarint()
            let result = try reader.readSummary()
            var changes: [InterestChange] = []
            let count = try reader.readCount(maximum: .max, minimumBytesEach: 4)
            changes.reserveCapacity(count)
            for _ in 0..<count {
                let isAddition = try reader.readBool()
                changes.append(InterestChange(isAddition: isAddition, try reader.readInterest()))
            }
            return .delta(InterestDelta(from: from, changes: changes, result: result))
        case .snapshot:
            let whole = try reader.readSummary()
            let offset = try reader.readNumber()
            var interests: [Interest] = []
            let count = try reader.readCount(maximum: .max, minimumBytesEach: 3)
            interests.reserveCapacity(count)
            for _ in 0..<count { interests.append(try reader.readInterest()) }
            return .snapshot(InterestSnapshotPart(whole: whole, offset: offset, interests: interests))
        case .confirmation: return .confirmation(session: try reader.readVarint(), version: try reader.readVarint())
        case .progress:
            let session = try reader.readVarint()
            let version = try reader.readVarint()
            return .progress(session: session, version: version, offset: try reader.readNumber())
        case .repair:
            let session = try reader.readVarint()
            let held = try reader.readVarint()
            return .repair(session: session, held: held, isDoubted: try reader.readBool())
        case .refusal: return .refusal(session: try reader.readVarint(), version: try reader.readVarint())
        }
    }
}

extension InterestOptions {
    var messageLimit: Int { max(maximumMessageBytes, Self.smallestMessageBytes) }
}

extension ByteWriter {
    fileprivate mutating func write(_ summary: InterestSummary) throws(CodecError) {
        try writeVarint(summary.version)
        try writeCount(summary.count)
        try writeUInt64(summary.hash)
    }

    fileprivate mutating func write(_ interest: Interest) throws(CodecError) {
        try writeBytes(interest.filter.bytes)
        try writeBytes(interest.group?.bytes ?? [])
    }
}

extension ByteReader {
    fileprivate mutating func readSummary() throws(CodecError) -> InterestSummary {
        let version = try readVarint()
        let count = try readNumber()
        return InterestSummary(version: version, count: count, hash: try readUInt64())
    }

    /// A number that says nothing about how many bytes follow.
    fileprivate mutating func readNumber() throws(CodecError) -> Int {
        let start = offset
        guard let number = Int(exactly: try readVarint()) else { throw fail(.overflow, at: start, "a count") }
        return number
    }

    fileprivate mutating func readInterest() throws(CodecError) -> Interest {
        let start = offset
        let name = try readBytes(maximum: SubjectGrammar.nats.limits.maximumBytes)
        let filter: SubjectFilter
        do { filter = try SubjectFilter(bytes: Array(name)) } catch {
            throw fail(.invalidValue, at: start, "a filter (\(error.code))")
        }
        let middle = offset
        let label = try readBytes(maximum: QueueGroup.maximumBytes)
        guard !label.isEmpty else { return Interest(filter) }
        do { return Interest(filter, group: try QueueGroup(bytes: Array(label))) } catch {
            throw fail(.invalidValue, at: middle, "a queue group without white space")
        }
    }
}
