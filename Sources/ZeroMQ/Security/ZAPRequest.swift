// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A question of libzmq about a client, as it comes to the handler at `inproc://zeromq.zap.01`. Source: ZeroMQ RFC
/// 27/ZAP.
struct ZAPRequest: Sendable {
    static let endpointName = "zeromq.zap.01"
    static let version = "1.0"

    /// Why a request is not answered by a policy.
    struct Refusal: Error, Hashable {
        let status: ZAPStatus
        let text: String
    }

    let domain: String
    let credentials: PeerCredentials

    /// Reads the frames behind the envelope: version, request id, domain, address, routing id, mechanism, credentials.
    init(_ frames: Message.Frames) throws(Refusal) {
        guard let version = frames.first, version.array == Array(Self.version.utf8) else {
            throw Refusal(status: .internalError, text: "Unsupported version")
        }
        guard frames.count >= 6 else { throw Refusal(status: .refused, text: "Too few frames") }
        domain = try Self.text(frames[2])
        let address = try Self.text(frames[3])
        let rest = Array(frames.dropFirst(6))
        switch frames[5].array {
        case Array("CURVE".utf8):
            guard rest.count == 1, let key = try? CurvePublicKey(rest[0].array) else {
                throw Refusal(status: .refused, text: "Not a CURVE key")
            }
            credentials = PeerCredentials(publicKey: key, address: address)
        case Array("PLAIN".utf8):
            guard rest.count == 2 else { throw Refusal(status: .refused, text: "Not a name and a password") }
            credentials = PeerCredentials(
                username: try Self.text(rest[0]),
                password: try Self.text(rest[1]),
                address: address
            )
        default: throw Refusal(status: .refused, text: "Unsupported mechanism")
        }
    }

    private static func text(_ frame: Frame) throws(Refusal) -> String {
        guard frame.byteCount <= 255, let text = String(validating: frame.array, as: UTF8.self) else {
            throw Refusal(status: .refused, text: "Not text of at most 255 bytes")
        }
        return text
    }

    /// What the answer must repeat; empty when there is none.
    static func id(of frames: Message.Frames) -> Frame {
        guard frames.count > 1, frames[1].byteCount <= 255 else { return Frame() }
        return frames[1]
    }
}
