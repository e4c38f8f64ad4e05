// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How a message looks as a line, in both directions.
package struct MessageFormat: Sendable, Hashable {
    /// The notations.
    package enum Notation: Sendable, Hashable {
        case text, hex, json
    }

    /// The notation.
    package var notation: Notation
    /// Whether a tab in a line of text ends a frame.
    package var splitsAtTabs: Bool
    /// Whether lines of input begin with the peer that is to get the message.
    package var isAddressed: Bool
    /// Whether messages are those of the bus: one payload, and perhaps headers, as ``BusLine`` shows them.
    package var isForBus: Bool

    /// Makes a format.
    package init(
        _ notation: Notation = .text,
        splitsAtTabs: Bool = false,
        isAddressed: Bool = false,
        isForBus: Bool = false
    ) {
        self.isForBus = isForBus
        self.notation = notation
        self.splitsAtTabs = splitsAtTabs
        self.isAddressed = isAddressed
    }

    private static let tab = UInt8(ascii: "\t")

    /// The line for a message, with its newline and no other.
    package func line(for record: MessageRecord) -> [UInt8] {
        var fields: [[UInt8]]
        switch notation {
        case .json: return json(record) + [0x0A]
        case .hex: fields = (record.peer.map { [Hex.encode($0)] } ?? []) + record.frames.map { Hex.encode($0) }
        case .text:
            fields = record.peer.map { [PeerName.text($0)] } ?? []
            fields += record.frames.map { PlainText.escape($0, escapingTabs: splitsAtTabs) }
        }
        if fields.count == 1 { return fields[0] + [0x0A] }
        return Array(fields.joined(separator: [Self.tab])) + [0x0A]
    }

    private func json(_ record: MessageRecord) -> [UInt8] {
        var members: [(String, [UInt8])] = []
        if let peer = record.peer { members.append(("peer", JSONText.bytes(peer))) }
        if let topic = record.topic { members.append(("topic", JSONText.bytes(topic))) }
        members.append(("frames", JSONText.array(record.frames.map(JSONText.bytes))))
        if let user = record.user { members.append(("user", JSONText.string(user))) }
        return JSONText.object(members)
    }

    /// The message that a line without its newline stands for.
    package func message(from line: [UInt8]) throws(DataError) -> MessageRecord {
        switch notation {
        case .text: return try text(line)
        case .hex:
            let record = try hex(line)
            guard !isForBus || record.frames.count == 1 else { throw DataError("a message of the bus has no tabs") }
            return record
        case .json: return isForBus ? try busJSON(line) : try json(line)
        }
    }

    private func text(_ line: [UInt8]) throws(DataError) -> MessageRecord {
        guard isAddressed else { return MessageRecord(frames: splitsAtTabs ? fields(line) : [line]) }
        guard let end = line.firstIndex(of: Self.tab) else { throw Self.noPeer }
        let rest = Array(line[(end + 1)...])
        return MessageRecord(
            frames: splitsAtTabs ? fields(rest) : [rest],
            peer: try PeerName.bytes(Array(line[..<end]))
        )
    }

    private func hex(_ line: [UInt8]) throws(DataError) -> MessageRecord {
        var frames: [[UInt8]] = []
        for field in fields(line) { frames.append(try Hex.decode(field)) }
        guard isAddressed else { return MessageRecord(frames: frames) }
        guard frames.count > 1 else { throw Self.noPeer }
        return MessageRecord(frames: Array(frames.dropFirst()), peer: try PeerName.check(frames[0]))
    }

    private func json(_ line: [UInt8]) throws(DataError) -> MessageRecord {
        var frames: [[UInt8]] = []
        var peer: [UInt8]?
        var reader = JSONReader(line)
        try reader.object { (reader, name) throws(DataError) in
            switch name {
            case "frames":
                frames = []
                try reader.array { (reader) throws(DataError) in frames.append(try reader.bytes()) }
            case "peer": peer = try reader.bytes()
            // What the tool itself prints may come in again.
            case "topic", "user": _ = try reader.bytes()
            default: throw reader.failure("no member but frames, peer, topic and user")
            }
        }
        try reader.end()
        guard !frames.isEmpty else { throw DataError("JSON: a message needs \"frames\" with at least one of them") }
        guard isAddressed else { return MessageRecord(frames: frames) }
        guard let peer else { throw DataError("JSON: who is to get it? Add \"peer\"") }
        return MessageRecord(frames: frames, peer: try PeerName.check(peer))
    }

    private func busJSON(_ line: [UInt8]) throws(DataError) -> MessageRecord {
        var payload: [UInt8]?
        var headers: [BusLine.Header] = []
        var reader = JSONReader(line)
        try reader.object { (reader, name) throws(DataError) in
            switch name {
            case "payload": payload = try reader.bytes()
            case "headers":
                headers = []
                try reader.array { (reader) throws(DataError) in
                    var pair: [String] = []
                    try reader.array { (reader) throws(DataError) in pair.append(try reader.string("a string")) }
                    guard pair.count == 2 else { throw reader.failure("a name and a value") }
                    headers.append(BusLine.Header(pair[0], pair[1]))
                }
            // What the tool itself prints may come in again.
            case "subject", "node": _ = try reader.bytes()
            case "sequence": try reader.skipNumber()
            default: throw reader.failure("no member but payload, headers, subject, node and sequence")
            }
        }
        try reader.end()
        guard let payload else { throw DataError("JSON: a message needs \"payload\"") }
        return MessageRecord(frames: [payload], headers: headers)
    }

    private func fields(_ line: [UInt8]) -> [[UInt8]] {
        line.split(separator: Self.tab, omittingEmptySubsequences: false).map(Array.init)
    }

    private static let noPeer = DataError("who is to get it? Begin the line with the name of a peer and a tab")
}
