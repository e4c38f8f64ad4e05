// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The answer to a request.
struct ZAPStatus: Sendable, Hashable {
    let code: String

    static let accepted = ZAPStatus(code: "200")
    /// The client hears nothing, and connects again when the handshake's time is up. (libzmq 4.3.4 does not even end
    /// the connection, as the RFC would have it.)
    static let temporaryFailure = ZAPStatus(code: "300")
    static let refused = ZAPStatus(code: "400")
    static let internalError = ZAPStatus(code: "500")

    func reply(to id: Frame, text: String, userID: String = "") -> Message {
        Message(Frame(ZAPRequest.version), id, Frame(code), Frame(text), Frame(userID), Frame())
    }
}
