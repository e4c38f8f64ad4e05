// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How the handshakes ended that a policy was asked about.
///
/// Each is counted once, under its outcome, when the answer is known: ``accepted`` to ``overloaded``. A client that
/// fails earlier (one that has the wrong server key, or speaks another mechanism) is turned away by libzmq, and not
/// counted here.
public struct AuthStatistics: Sendable, Hashable {
    /// Clients that the policy let in.
    public internal(set) var accepted: UInt64 = 0
    /// Clients that it turned away.
    public internal(set) var refused: UInt64 = 0
    /// Clients that it answered with a temporary failure (``AuthDecision/temporaryFailure``).
    public internal(set) var temporaryFailures: UInt64 = 0
    /// Clients that got a temporary failure because the policy failed: it threw, or the directory could not be read;
    /// and those refused because of an impossible user id.
    public internal(set) var failed: UInt64 = 0
    /// Clients that got a temporary failure because the policy did not answer in time.
    public internal(set) var timedOut: UInt64 = 0
    /// Clients that got a temporary failure because too many were being decided about.
    public internal(set) var overloaded: UInt64 = 0

    /// Answers of policies that came too late.
    public internal(set) var lateAnswers: UInt64 = 0
    /// Answers for which the client did not wait.
    public internal(set) var unanswerable: UInt64 = 0
    /// How many times a certificate in a directory could not be read.
    public internal(set) var unreadableCertificates: UInt64 = 0
    /// Requests that do not follow ZAP: wrong version, unknown domain, wrong credentials. (Of a context only; libzmq
    /// sends none, but any socket of the context can.)
    public internal(set) var malformed: UInt64 = 0
}

extension Context {
    /// How the handshakes of all the context's servers ended, those of closed sockets too; nothing in a forked child.
    public var authStatistics: AuthStatistics {
        core.isInItsProcess ? core.authenticator.totals.statistics : AuthStatistics()
    }
}

extension Socket {
    /// How the handshakes of this server ended; all zero for sockets without ``TransportOptions/security``.
    public var authStatistics: AuthStatistics {
        engine.isInItsProcess ? engine.gate?.statistics ?? AuthStatistics() : AuthStatistics()
    }
}
