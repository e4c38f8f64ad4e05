// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
import SinewMembership

// The form is described in Documentation/wire-format.md, "The bus"; each frame has one form only.

extension ControlFrame {
    /// The version of the protocol, and the first byte of every frame on either lane.
    public static let wireVersion: UInt8 = 1
    /// The bytes before the body: version, kind, destination.
    public static let headBytes = 1 + 1 + 8

    enum Kind: UInt8 {
        case hello = 1
        case welcome, refusal, membership, interest, position, goodbye

        /// Whether the process that it is for need not be known: who says hello may not know it yet, and who refuses
        /// may not have understood who asked.
        var canBeForAnybody: Bool { self == .hello || self == .refusal }
    }

    /// The frame as bytes.
    ///
    /// - Parameter limits: How large it can be.
    /// - Returns: At most ``ControlLimits/frameBytes`` bytes.
    /// - Throws: `CodecError` with `overLimit` when a name or a message inside is too large, and
    ///   with `invalidValue` for what cannot be said: a name that is empty, the incarnation 0, no
    ///   destination where one is needed, a position on link 0.
    public func encoded(limits: ControlLimits = ControlLimits()) throws(CodecError) -> [UInt8] {
        guard destination.map({ $0.rawValue > 0 }) ?? kind.canBeForAnybody else {
            throw CodecError(code: .invalidValue, offset: 2, expected: "an incarnation above 0")
        }
        var writer = ByteWriter(limit: limits.frameBytes)
        try writer.writeUInt8(Self.wireVersion)
        try writer.writeUInt8(kind.rawValue)
        try writer.writeUInt64(destination?.rawValue ?? 0)
        switch body {
        case .hello(let greeting): try writer.write(greeting)
        case .welcome(let welcome): try writer.write(welcome)
        case .refusal(let refusal):
            try writer.writeUInt8(refusal.code.rawValue)
            try writer.writeString(refusal.shortText)
        case .membership(let message): try writer.writeRaw(message.encoded(limits: limits.membership))
        case .interest(let message): try writer.writeRaw(message.encoded(limits.interest))
        case .position(let position):
            guard position.link > 0 else { throw writer.fail("a link above 0") }
            try writer.write(position)
        case .goodbye(let position): try writer.write(position)
        }
        return writer.take()
    }

    private var kind: Kind {
        switch body {
        case .hello: .hello
        case .welcome: .welcome
        case .refusal: .refusal
        case .membership: .membership
        case .interest: .interest
        case .position: .position
        case .goodbye: .goodbye
        }
    }
}

extension Refusal {
    /// As much of the text as there is room for, cut between two characters.
    var shortText: String {
        guard text.utf8.count > Self.maximumTextBytes else { return text }
        var short = ""
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += scalar.utf8.count
            guard bytes <= Self.maximumTextBytes else { break }
            short.unicodeScalars.append(scalar)
        }
        return short
    }
}

extension ByteWriter {
    fileprivate func fail(_ expected: String) -> CodecError {
        CodecError(code: .invalidValue, offset: count, expected: expected)
    }

    fileprivate mutating func writeName(_ name: String) throws(CodecError) {
        guard !name.isEmpty else { throw fail("a name") }
        guard name.utf8.count <= Greeting.maximumNameBytes else {
            let expected = "a name of at most \(Greeting.maximumNameBytes) bytes"
            throw CodecError(code: .overLimit, offset: count, expected: expected)
        }
        try writeString(name)
    }

    fileprivate mutating func write(_ greeting: Greeting) throws(CodecError) {
        try writeName(greeting.cluster)
        try writeName(greeting.name)
        try writeVarint(greeting.maximumFrameBytes)
        try writeVarint(greeting.windowBytes)
    }

    fileprivate mutating func write(_ welcome: Welcome) throws(CodecError) {
        try writeNodeID(welcome.node)
        guard welcome.incarnation.rawValue > 0 else { throw fail("an incarnation above 0") }
        try writeIncarnation(welcome.incarnation)
        try write(welcome.greeting)
        try writeBool(welcome.received != nil)
        if let received = welcome.received { try writeVarint(received) }
    }

    fileprivate mutating func write(_ position: LanePosition) throws(CodecError) {
        try writeVarint(UInt64(position.link))
        try writeVarint(position.received)
        try writeVarint(position.granted)
    }
}
