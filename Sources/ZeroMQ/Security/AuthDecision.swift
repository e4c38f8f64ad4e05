// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a policy says about a client.
public struct AuthDecision: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        case accept(userID: String?)
        case refuse
        case temporaryFailure
    }

    let verdict: Verdict

    /// Let it in. Its user id is its key in ``Z85``, or with PLAIN its name.
    public static let accept = AuthDecision(verdict: .accept(userID: nil))
    /// Turn it away (ZAP status 400). Its libzmq says so to its monitor, and does not connect again by itself: what it
    /// sends waits as for a peer that is not there.
    public static let refuse = AuthDecision(verdict: .refuse)
    /// Turn it away for now: ZAP status 300, which RFC 27/ZAP calls a temporary failure. libzmq does not tell the
    /// client, but leaves the connection to ``TransportOptions/handshakeTimeout`` of either side, after which the
    /// client connects again.
    public static let temporaryFailure = AuthDecision(verdict: .temporaryFailure)

    /// Let it in, under this user id: ``Message/userID`` of all messages that come from it. 1 to 255 bytes without a
    /// zero; with another one the client is refused.
    public static func accept(userID: String) -> AuthDecision { AuthDecision(verdict: .accept(userID: userID)) }
}
