// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension MembershipMessage {
    /// The version of the wire form, the first byte of every message.
    public static let wireVersion: UInt8 = 1

    enum Kind: UInt8 {
        case ping = 1
        case hello, digest, pull, records
    }

    /// Writes the message in its wire form: see Documentation/wire-format.md.
    ///
    /// - Parameter writer: Where to, with a limit of at least ``MembershipLimits/messageBytes``.
    /// - Throws: ``CodecError`` when the writer's limit is reached; what was written until then is of no use.
    public func encode(into writer: inout ByteWriter) throws(CodecError) {
        try writer.writeUInt8(Self.wireVersion)
        try writer.writeUInt8(kind.rawValue)
        try writer.writeIncarnation(sender)
        try writer.writeUInt64(destination?.rawValue ?? 0)
        switch body {
        case .ping(let ping): try ping.encode(into: &writer)
        case .hello(let record): try record.encode(into: &writer)
        case .digest(let digest): try digest.encode(into: &writer)
        case .pull(let names):
            try writer.writeCount(names.count)
            for name in names { try writer.writeNodeID(name) }
        case .records(let records):
            try writer.writeCount(records.count)
            for record in records { try record.encode(into: &writer) }
        }
    }

    /// The wire form of the message.
    ///
    /// - Parameter limits: How large it can be.
    /// - Throws: ``CodecError`` when it would be larger: what ``Membership`` sends never is.
    public func encoded(limits: MembershipLimits = MembershipLimits()) throws(CodecError) -> [UInt8] {
        var writer = ByteWriter(limit: limits.messageBytes)
        try encode(into: &writer)
        return writer.take()
    }

    private var kind: Kind {
        switch body {
        case .ping: .ping
        case .hello: .hello
        case .digest: .digest
        case .pull: .pull
        case .records: .records
        }
    }
}

extension Ping {
    func encode(into writer: inout ByteWriter) throws(CodecError) {
        try writer.writeNanoseconds(timeToLiveNanoseconds)
        try writer.writeVarint(version)
        try writer.writeVarint(contentVersion)
        try writer.writeVarint(progress.completed)
        try writer.writeUInt8((wantsReply ? 1 : 0) | (progress.isWorkWaiting ? 2 : 0))
    }
}

extension Digest {
    func encode(into writer: inout ByteWriter) throws(CodecError) {
        try writer.writeUInt8((lower == nil ? 0 : 1) | (upper == nil ? 0 : 2))
        if let lower { try writer.writeNodeID(lower) }
        if let upper { try writer.writeNodeID(upper) }
        try writer.writeCount(entries.count)
        for entry in entries {
            try writer.writeNodeID(entry.id)
            try writer.writeIncarnation(entry.incarnation)
            try writer.writeVarint(entry.version)
        }
    }
}

extension GossipRecord {
    func encode(into writer: inout ByteWriter) throws(CodecError) {
        try writer.writeNodeID(record.id)
        try writer.writeIncarnation(record.incarnation)
        try writer.writeVarint(record.version)
        try writer.writeVarint(record.contentVersion)
        try writer.writeNanoseconds(record.timeToLiveNanoseconds)
        try writer.writeNanoseconds(record.lifetimeNanoseconds)
        try writer.writeNanoseconds(remainingNanoseconds)
        try writer.writeCount(record.content.endpoints.count)
        for endpoint in record.content.endpoints { try writer.writeString(endpoint) }
        try writer.writeCount(record.content.attributes.count)
        for attribute in record.content.attributes {
            try writer.writeString(attribute.name)
            try writer.writeString(attribute.value)
        }
    }
}

extension ByteWriter {
    /// A span of time; there are no negative ones on the wire.
    fileprivate mutating func writeNanoseconds(_ nanoseconds: Int64) throws(CodecError) {
        try writeVarint(UInt64(max(0, nanoseconds)))
    }
}
