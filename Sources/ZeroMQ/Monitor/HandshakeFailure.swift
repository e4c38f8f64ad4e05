// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// How a handshake failed.
public struct HandshakeFailure: Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public let reason: Reason
    /// libzmq's number: of a protocol error (`ZMQ_PROTOCOL_ERROR_*`), a ZAP status code (300, 400, 500), or a system
    /// error number; 0 when it gave none.
    public let number: UInt32

    /// The kinds of failures. New ones may be added: give every `switch` a default.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// The reason's name, as it is spelled in Swift.
        public let name: String
        let summary: String

        init(_ name: String, _ summary: String) {
            self.name = name
            self.summary = summary
        }

        /// Reasons are the same when their names are.
        public static func == (left: Reason, right: Reason) -> Bool { left.name == right.name }

        /// Hashes the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }

        /// The reason's name.
        public var description: String { name }
    }

    /// The reason in words, and libzmq's number.
    public var description: String {
        switch reason {
        case .connectionEnded where number == 0: reason.summary
        case .connectionEnded:
            unsafe "\(reason.summary) (\(String(cString: zmq_strerror(Int32(truncatingIfNeeded: number)))))"
        case .refused, .temporaryFailure, .authenticatorFailed, .unknownStatus: "\(reason.summary) (\(number))"
        default: "\(reason.summary) (0x\(String(number, radix: 16)))"
        }
    }
}

extension HandshakeFailure.Reason {
    /// The connection ended, or the time for the handshake ran out, before it was complete.
    public static let connectionEnded = Self(
        "connectionEnded",
        "the connection ended before the handshake was complete"
    )
    /// The authenticator answered with a temporary failure: ZAP status 300. libzmq tries again.
    public static let temporaryFailure = Self("temporaryFailure", "a temporary failure of the authenticator")
    /// The authenticator refuses these credentials: ZAP status 400.
    public static let refused = Self("refused", "refused by the authenticator")
    /// The authenticator itself failed: ZAP status 500.
    public static let authenticatorFailed = Self("authenticatorFailed", "the authenticator failed")
    /// A status code that ZAP does not know.
    public static let unknownStatus = Self("unknownStatus", "refused with an unknown status code")
    /// The two sides use different security mechanisms, or one demands what the other does not offer.
    public static let mechanismMismatch = Self("mechanismMismatch", "the peers' security mechanisms differ")
    /// Encryption failed: a wrong key, most of the time.
    public static let cryptographic = Self("cryptographic", "encryption failed; is the server key right?")
    /// The exchange of keys failed.
    public static let keyExchange = Self("keyExchange", "the exchange of keys failed")
    /// A breach of ZMTP that libzmq does not specify.
    public static let unspecified = Self("unspecified", "the peer broke the protocol")
    /// A command that does not belong there.
    public static let unexpectedCommand = Self("unexpectedCommand", "an unexpected command")
    /// A counter that must rise did not.
    public static let invalidSequence = Self("invalidSequence", "an invalid sequence number")
    /// A command that cannot be read.
    public static let malformedCommand = Self("malformedCommand", "a malformed command")
    /// A MESSAGE that cannot be read.
    public static let malformedMessage = Self("malformedMessage", "a malformed MESSAGE")
    /// A HELLO that cannot be read.
    public static let malformedHello = Self("malformedHello", "a malformed HELLO")
    /// An INITIATE that cannot be read.
    public static let malformedInitiate = Self("malformedInitiate", "a malformed INITIATE")
    /// An ERROR that cannot be read.
    public static let malformedError = Self("malformedError", "a malformed ERROR")
    /// A READY that cannot be read.
    public static let malformedReady = Self("malformedReady", "a malformed READY")
    /// A WELCOME that cannot be read.
    public static let malformedWelcome = Self("malformedWelcome", "a malformed WELCOME")
    /// Metadata that cannot be read, or a socket type that does not fit this one.
    public static let invalidMetadata = Self("invalidMetadata", "invalid metadata, or socket types that do not fit")
    /// The ZAP handler's answer is wrong in a way libzmq does not specify.
    public static let zapUnspecified = Self("zapUnspecified", "the ZAP handler broke the protocol")
    /// The ZAP handler's answer cannot be read.
    public static let zapMalformedReply = Self("zapMalformedReply", "a malformed reply from the ZAP handler")
    /// The ZAP handler answered another request.
    public static let zapBadRequestID = Self("zapBadRequestID", "a ZAP reply with a wrong request id")
    /// The ZAP handler speaks another version.
    public static let zapBadVersion = Self("zapBadVersion", "a ZAP reply of a wrong version")
    /// The ZAP handler's status code is not 200, 300, 400 or 500.
    public static let zapInvalidStatusCode = Self("zapInvalidStatusCode", "a ZAP reply with an invalid status code")
    /// The ZAP handler's metadata cannot be read.
    public static let zapInvalidMetadata = Self("zapInvalidMetadata", "a ZAP reply with invalid metadata")
    /// The WebSocket handshake failed.
    public static let webSocket = Self("webSocket", "the WebSocket handshake failed")
    /// A protocol error of a later libzmq; see ``HandshakeFailure/number``.
    public static let unknownProtocolError = Self("unknownProtocolError", "an unknown protocol error")
}
