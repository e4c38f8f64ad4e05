// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
import SinewCore
public import SinewSubjects

extension Node {
    /// Sends bytes to every node with a subscription that matches, and to one member of each queue group that does.
    ///
    /// It returns when the message has been handed over, and waits where a peer has no room, for as long as
    /// ``Options/publishPatience``. Handed over is not delivered: see ``events`` for what was lost.
    ///
    /// - Parameters:
    ///   - payload: The bytes.
    ///   - subject: What they are about.
    ///   - headers: What is said beside them.
    /// - Returns: To how many it went.
    /// - Throws: `BusError`: `tooLarge`, `invalidName` for a header's name, `invalidSubject` for one that begins with
    ///   `$SINEW.` or has more than 4096 bytes, `closed`, `draining`, `superseded`;
    ///   `cancelled` while it waited: peers that had room have it.
    @discardableResult
    public func publish(
        _ payload: some Sequence<UInt8>,
        to subject: Subject,
        headers: Headers = Headers()
    ) async throws(BusError) -> PublishReceipt {
        let bytes = Array(payload)
        if headers.isEmpty, core.publishToOne(bytes.span, subject.bytes.span) { return PublishReceipt(peers: 1) }
        let message = Outgoing(subject: subject, payload: bytes, headers: headers)
        var full: [FullPeer] = []
        let receipt = try core.publish(message, mayWait: true, full: &full)
        // Nearly always: nothing that waits is on this path.
        if full.isEmpty { return receipt }
        return try await core.finish(message, receipt, full)
    }

    /// Sends a text's UTF-8 bytes; see ``publish(_:to:headers:)-(Sequence<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    /// - Returns: To how many it went.
    /// - Throws: As for bytes.
    @discardableResult
    public func publish(
        _ text: String,
        to subject: Subject,
        headers: Headers = Headers()
    ) async throws(BusError) -> PublishReceipt {
        try await publish(text.utf8, to: subject, headers: headers)
    }

    /// Sends bytes as ``publish(_:to:headers:)-(Sequence<UInt8>,_,_)`` does, and never waits: a peer without room does
    /// not get them, and that is counted.
    ///
    /// - Parameters:
    ///   - payload: The bytes.
    ///   - subject: What they are about.
    ///   - headers: What is said beside them.
    /// - Returns: To how many it went, and how many did not get it.
    /// - Throws: As for `publish`, but for `cancelled`.
    @discardableResult
    public func tryPublish(
        _ payload: some Sequence<UInt8>,
        to subject: Subject,
        headers: Headers = Headers()
    ) throws(BusError) -> PublishReceipt {
        var full: [FullPeer] = []
        let bytes = Array(payload)
        if headers.isEmpty, core.publishToOne(bytes.span, subject.bytes.span) { return PublishReceipt(peers: 1) }
        let message = Outgoing(subject: subject, payload: bytes, headers: headers)
        return try core.publish(message, mayWait: false, full: &full)
    }

    /// Sends a text's UTF-8 bytes; see ``tryPublish(_:to:headers:)-(Sequence<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - subject: What it is about.
    ///   - headers: What is said beside it.
    /// - Returns: To how many it went, and how many did not get it.
    /// - Throws: As for bytes.
    @discardableResult
    public func tryPublish(
        _ text: String,
        to subject: Subject,
        headers: Headers = Headers()
    ) throws(BusError) -> PublishReceipt {
        try tryPublish(text.utf8, to: subject, headers: headers)
    }

    /// Whether anybody, this node included, has a subscription that matches: so that what nobody wants need not be
    /// computed.
    ///
    /// - Parameter subject: The subject.
    public func isWanted(_ subject: Subject) -> Bool {
        core.outbound.withLock { state in
            if case .nobody = state.route(subject.bytes.span) { return false }
            return true
        }
    }
}
