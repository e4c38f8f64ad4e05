// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension MembershipMessage {
    /// Reads a message in its wire form.
    ///
    /// Nothing is allocated before its size has been checked, and there is one wire form only of each message.
    ///
    /// - Parameters:
    ///   - bytes: All bytes of the message.
    ///   - limits: How large it and its parts can be.
    /// - Throws: ``CodecError`` for anything that is no message: count it (``MembershipEvent/undecodable``) and go on.
    public init(
        decoding bytes: ArraySlice<UInt8>,
        limits: MembershipLimits = MembershipLimits()
    ) throws(CodecError) {
        guard bytes.count <= limits.messageBytes else {
            throw CodecError(code: .overLimit, offset: 0, expected: "at most \(limits.messageBytes) bytes")
        }
        var reader = ByteReader(bytes)
        guard try reader.readUInt8() == Self.wireVersion else {
            throw reader.fail(.invalidValue, at: 0, "version \(Self.wireVersion)")
        }
        guard let kind = Kind(rawValue: try reader.readUInt8()) else {
            throw reader.fail(.invalidValue, at: 1, "a kind from 1 to 5")
        }
        let sender = try reader.readIncarnation()
        guard sender.rawValue > 0 else { throw reader.fail(.invalidValue, at: 2, "an incarnation above 0") }
        let destination = try reader.readIncarnation()
        guard destination.rawValue > 0 || kind == .hello else {
            throw reader.fail(.invalidValue, at: 10, "an incarnation above 0")
        }
        let body: Body
        switch kind {
        case .ping: body = .ping(try Ping(from: &reader))
        case .hello: body = .hello(try GossipRecord(from: &reader))
        case .digest: body = .digest(try Digest(from: &reader, limits))
        case .pull:
            var names: [NodeID] = []
            let count = try reader.readCount(maximum: limits.digestEntries, minimumBytesEach: 16)
            names.reserveCapacity(count)
            for _ in 0..<count { names.append(try reader.readNodeID()) }
            body = .pull(names)
        case .records:
            var records: [GossipRecord] = []
            let least = GossipRecord.minimumEncodedBytes
            let count = try reader.readCount(maximum: limits.records, minimumBytesEach: least)
            records.reserveCapacity(count)
            for _ in 0..<count { records.append(try GossipRecord(from: &reader)) }
            body = .records(records)
        }
        try reader.finish()
        self.init(from: sender, to: destination.rawValue > 0 ? destination : nil, body)
    }
}

extension Ping {
    init(from reader: inout ByteReader) throws(CodecError) {
        let timeToLive = try reader.readNanoseconds()
        let version = try reader.readVarint()
        let contentVersion = try reader.readContentVersion(within: version)
        let completed = try reader.readVarint()
        let flags = try reader.readFlags()
        let progress = Progress(completed: completed, isWorkWaiting: flags & 2 != 0)
        self.init(timeToLive, progress, version, contentVersion, flags & 1 != 0)
    }
}

extension Digest {
    init(from reader: inout ByteReader, _ limits: MembershipLimits) throws(CodecError) {
        let flags = try reader.readFlags()
        let lower = flags & 1 != 0 ? try reader.readNodeID() : nil
        let upper = flags & 2 != 0 ? try reader.readNodeID() : nil
        let count = try reader.readCount(maximum: limits.digestEntries, minimumBytesEach: 16 + 8 + 1)
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let start = reader.offset
            let id = try reader.readNodeID()
            let isInOrder = entries.last.map { $0.id < id } ?? true
            guard isInOrder, lower ?? id <= id, upper.map({ id < $0 }) ?? true else {
                throw reader.fail(.invalidValue, at: start, "a name in ascending order, within the digest's range")
            }
            entries.append(Entry(id, try reader.readIncarnation(), try reader.readVarint()))
        }
        self.init(from: lower, until: upper, entries)
    }
}

extension GossipRecord {
    init(from reader: inout ByteReader) throws(CodecError) {
        let id = try reader.readNodeID()
        let incarnation = try reader.readIncarnation()
        let version = try reader.readVarint()
        let contentVersion = try reader.readContentVersion(within: version)
        let timeToLive = try reader.readNanoseconds()
        let lifetime = try reader.readNanoseconds()
        let remaining = try reader.readNanoseconds()
        let record = MemberRecord(
            id: id,
            incarnation: incarnation,
            version: version,
            contentVersion: contentVersion,
            timeToLive: .nanoseconds(timeToLive),
            lifetime: .nanoseconds(lifetime),
            content: try MemberContent(from: &reader)
        )
        self.init(record, remaining)
    }
}

extension MemberContent {
    init(from reader: inout ByteReader) throws(CodecError) {
        var endpoints: [String] = []
        for _ in 0..<(try reader.readCount(maximum: Self.maximumEndpoints)) {
            endpoints.append(try reader.readString(maximumBytes: Self.maximumEndpointBytes))
        }
        var attributes: [Attribute] = []
        for _ in 0..<(try reader.readCount(maximum: Self.maximumAttributes, minimumBytesEach: 2)) {
            let start = reader.offset
            let name = try reader.readString(maximumBytes: Self.maximumNameBytes)
            if let last = attributes.last, !last.name.utf8.lexicographicallyPrecedes(name.utf8) {
                throw reader.fail(.unorderedKeys, at: start, "a name after \(last.name.debugDescription)")
            }
            attributes.append(Attribute(name, try reader.readString(maximumBytes: Self.maximumValueBytes)))
        }
        self.init(unchecked: endpoints, attributes)
    }
}

extension ByteReader {
    fileprivate mutating func readNanoseconds() throws(CodecError) -> Int64 {
        let start = offset
        guard let nanoseconds = Int64(exactly: try readVarint()) else {
            throw fail(.overflow, at: start, "nanoseconds in 63 bits")
        }
        return nanoseconds
    }

    fileprivate mutating func readContentVersion(within version: UInt64) throws(CodecError) -> UInt64 {
        let start = offset
        let contentVersion = try readVarint()
        guard contentVersion <= version else { throw fail(.invalidValue, at: start, "at most the version") }
        return contentVersion
    }

    fileprivate mutating func readFlags() throws(CodecError) -> UInt8 {
        let start = offset
        let flags = try readUInt8()
        guard flags <= 3 else { throw fail(.invalidValue, at: start, "flags from 0 to 3") }
        return flags
    }
}
