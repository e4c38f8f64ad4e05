// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
import SinewSubjects

extension PoolMessage {
    /// The first byte of each message; another form of it would take another number.
    private static let version: UInt8 = 1

    /// The message as bytes.
    package func encoded() throws(CodecError) -> [UInt8] {
        var writer = ByteWriter(limit: Limits.maximumMessageBytes)
        try writer.writeUInt8(Self.version)
        try writer.writeUInt8(kind)
        switch self {
        case .ask(let filters):
            try writer.writeCount(filters.count)
            for filter in filters { try writer.writeBytes(filter.bytes) }
        case .nothing: break
        case .task(let task):
            try writer.writeTaskID(task.id)
            try writer.writeBytes(task.subject.bytes)
            try writer.writeBytes(task.payload)
        case .taken(let id), .declined(let id), .counted(let id): try writer.writeTaskID(id)
        case .result(let id, let result):
            try writer.writeTaskID(id)
            try writer.writeBytes(result)
        }
        return writer.take()
    }

    /// Reads a message from bytes that may be anything.
    package init(decoding bytes: [UInt8]) throws(CodecError) {
        var reader = ByteReader(bytes)
        guard try reader.readUInt8() == Self.version else { throw reader.fail(.invalidValue, at: 0, "version 1") }
        let kind = try reader.readUInt8()
        switch kind {
        case 1: self = .ask(filters: try reader.readFilters())
        case 2: self = .nothing
        case 3: self = .task(try reader.readTask())
        case 4: self = .taken(try reader.readTaskID())
        case 5: self = .declined(try reader.readTaskID())
        case 6:
            let id = try reader.readTaskID()
            self = .result(id, Array(try reader.readBytes(maximum: Limits.maximumPayloadBytes)))
        case 7: self = .counted(try reader.readTaskID())
        default: throw reader.fail(.invalidValue, at: 1, "a kind from 1 to 7")
        }
        try reader.finish()
    }

    private var kind: UInt8 {
        switch self {
        case .ask: 1
        case .nothing: 2
        case .task: 3
        case .taken: 4
        case .declined: 5
        case .result: 6
        case .counted: 7
        }
    }
}

extension ByteWriter {
    fileprivate mutating func writeTaskID(_ id: TaskID) throws(CodecError) {
        try writeNodeID(id.owner)
        try writeIncarnation(id.incarnation)
        try writeVarint(id.number)
    }
}

extension ByteReader {
    fileprivate mutating func readTaskID() throws(CodecError) -> TaskID {
        TaskID(owner: try readNodeID(), incarnation: try readIncarnation(), number: try readVarint())
    }

    fileprivate mutating func readTask() throws(CodecError) -> PoolTask {
        let id = try readTaskID()
        let start = offset
        let bytes = Array(try readBytes(maximum: PoolMessage.Limits.maximumSubjectBytes))
        guard let subject = try? Subject(bytes: bytes) else { throw fail(.invalidValue, at: start, "a subject") }
        let payload = Array(try readBytes(maximum: PoolMessage.Limits.maximumPayloadBytes))
        return PoolTask(id: id, subject: subject, payload: payload)
    }

    fileprivate mutating func readFilters() throws(CodecError) -> [SubjectFilter] {
        let count = try readCount(maximum: PoolMessage.Limits.maximumFilters)
        var filters: [SubjectFilter] = []
        for _ in 0..<count {
            let start = offset
            let bytes = Array(try readBytes(maximum: PoolMessage.Limits.maximumSubjectBytes))
            guard let filter = try? SubjectFilter(bytes: bytes) else {
                throw fail(.invalidValue, at: start, "a filter")
            }
            filters.append(filter)
        }
        return filters
    }
}
