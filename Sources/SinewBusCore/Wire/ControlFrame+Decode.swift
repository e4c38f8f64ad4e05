// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
import SinewMembership

extension ControlFrame {
    /// The version of the protocol that a frame is of, on either lane; nil when it is empty.
    ///
    /// - Parameter frame: The bytes of the frame; nothing but the first is looked at.
    @inlinable
    public static func version(of frame: Span<UInt8>) -> UInt8? { frame.isEmpty ? nil : frame[0] }

    /// Reads a frame.
    ///
    /// A refusal is read whatever its version, because its form is the same in all of them: so who speaks another
    /// version can be told.
    ///
    /// - Parameters:
    ///   - bytes: All of the frame, and nothing else. Any bytes can be given; nothing is allocated before its size has
    ///     been checked.
    ///   - limits: How large it can be.
    /// - Throws: `CodecError` for anything that is no frame of this version: what is wrong, and where in the frame.
    public init(
        decoding bytes: ArraySlice<UInt8>,
        limits: ControlLimits = ControlLimits()
    ) throws(CodecError) {
        guard bytes.count <= limits.frameBytes else {
            throw CodecError(code: .overLimit, offset: 0, expected: "at most \(limits.frameBytes) bytes")
        }
        var reader = ByteReader(bytes)
        let version = try reader.readUInt8()
        let kind = Kind(rawValue: try reader.readUInt8())
        guard version == Self.wireVersion || kind == .refusal else {
            throw reader.fail(.invalidValue, at: 0, "version \(Self.wireVersion)")
        }
        guard let kind else { throw reader.fail(.invalidValue, at: 1, "a kind from 1 to 7") }
        let destination = try reader.readIncarnation()
        guard destination.rawValue > 0 || kind.canBeForAnybody else {
            throw reader.fail(.invalidValue, at: 2, "an incarnation above 0")
        }
        let body = try Self.body(kind, &reader, limits)
        try reader.finish()
        self.init(to: destination.rawValue > 0 ? destination : nil, body)
    }

    private static func body(
        _ kind: Kind,
        _ reader: inout ByteReader,
        _ limits: ControlLimits
    ) throws(CodecError) -> Body {
        switch kind {
        case .hello: return .hello(try reader.readGreeting())
        case .welcome: return .welcome(try reader.readWelcome())
        case .refusal:
            let code = Refusal.Code(rawValue: try reader.readUInt8())
            return .refusal(Refusal(code, try reader.readString(maximumBytes: Refusal.maximumTextBytes)))
        case .membership:
            let start = reader.offset
            let inner = try reader.readRaw(reader.remaining)
            do throws(CodecError) {
                return .membership(try MembershipMessage(decoding: inner, limits: limits.membership))
            } catch {
                throw error.moved(by: start)
            }
        case .interest:
            let start = reader.offset
            let inner = try reader.readRaw(reader.remaining)
            do throws(CodecError) {
                return .interest(try InterestMessage(decoding: inner, limits.interest))
            } catch {
                throw error.moved(by: start)
            }
        case .position: return .position(try reader.readPosition(leastLink: 1))
        case .goodbye: return .goodbye(try reader.readPosition(leastLink: 0))
        }
    }
}

extension CodecError {
    /// The same, of a message inside another.
    fileprivate func moved(by bytes: Int) -> CodecError {
        CodecError(code: code, offset: offset + bytes, expected: expected)
    }
}

extension ByteReader {
    fileprivate mutating func readName() throws(CodecError) -> String {
        let start = offset
        let name = try readString(maximumBytes: Greeting.maximumNameBytes)
        guard !name.isEmpty else { throw fail(.invalidValue, at: start, "a name") }
        return name
    }

    fileprivate mutating func readGreeting() throws(CodecError) -> Greeting {
        Greeting(
            cluster: try readName(),
            name: try readName(),
            maximumFrameBytes: try readVarint(),
            windowBytes: try readVarint()
        )
    }

    fileprivate mutating func readWelcome() throws(CodecError) -> Welcome {
        let node = try readNodeID()
        let start = offset
        let incarnation = try readIncarnation()
        guard incarnation.rawValue > 0 else { throw fail(.invalidValue, at: start, "an incarnation above 0") }
        let greeting = try readGreeting()
        let received = try readBool() ? try readVarint() : nil
        return Welcome(node: node, incarnation: incarnation, greeting: greeting, received: received)
    }

    fileprivate mutating func readPosition(leastLink: UInt32) throws(CodecError) -> LanePosition {
        let start = offset
        guard let link = UInt32(exactly: try readVarint()) else {
            throw fail(.overflow, at: start, "the number of a link in 32 bits")
        }
        guard link >= leastLink else { throw fail(.invalidValue, at: start, "a link above 0") }
        return LanePosition(link: link, received: try readVarint(), granted: try readVarint())
    }
}
