// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

extension HandshakeFailure {
    /// The connection ended with this system error number.
    init(ended errno: UInt32) {
        self.init(reason: .connectionEnded, number: errno)
    }

    /// A ZAP status code.
    init(status: UInt32) {
        let reason: Reason =
            switch status {
            case 300: .temporaryFailure
            case 400: .refused
            case 500: .authenticatorFailed
            default: .unknownStatus
            }
        self.init(reason: reason, number: status)
    }

    /// One of `ZMQ_PROTOCOL_ERROR_*`.
    init(protocolError number: UInt32) {
        self.init(reason: Self.reason(ofProtocolError: number), number: number)
    }

    private static func reason(ofProtocolError number: UInt32) -> Reason {
        switch Int32(truncatingIfNeeded: number) {
        case ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED: .unspecified
        case ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND: .unexpectedCommand
        case ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE: .invalidSequence
        case ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE: .keyExchange
        case ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED: .malformedCommand
        case ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE: .malformedMessage
        case ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO: .malformedHello
        case ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE: .malformedInitiate
        case ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR: .malformedError
        case ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY: .malformedReady
        case ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME: .malformedWelcome
        case ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA: .invalidMetadata
        case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC: .cryptographic
        case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: .mechanismMismatch
        case ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED: .zapUnspecified
        case ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY: .zapMalformedReply
        case ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID: .zapBadRequestID
        case ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION: .zapBadVersion
        case ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE: .zapInvalidStatusCode
        case ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA: .zapInvalidMetadata
        // ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED, which libzmq 4.3.0 does not have.
        case 0x3000_0000: .webSocket
        default: .unknownProtocolError
        }
    }
}
