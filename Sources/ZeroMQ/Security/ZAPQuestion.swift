// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A question about a client of a server that is known, and where its answer goes.
struct ZAPQuestion: Sendable {
    let envelope: ReplyEnvelope
    let id: Frame
    let credentials: PeerCredentials
    let gate: AuthGate
}
