// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a receiver has granted to a sender, and how much of it is in flight: kept by the sender.
///
/// Everything is a position: how much there was since the flow began. So a grant or an acknowledgement that comes
/// twice, late or in the wrong order changes nothing, as with the receiver window of Aeron's status messages (its
/// protocol specification, "Flow and congestion control"). Numbers from a peer are compared and never added, hence none
/// of them can overflow or make a remainder negative.
///
/// ```swift
/// credit.grant(upTo: message.granted)
/// guard credit.take(bytes: task.count).isEmpty else { return }    // no room: keep it until the next grant
/// ```
public struct Credit: Hashable, Sendable {
    /// The most that can be in flight, whatever is granted: what bounds the sender's own table of it.
    public let limit: FlowPosition

    /// Up to which position the receiver takes something.
    public private(set) var granted = FlowPosition()
    /// What was sent.
    public private(set) var sent = FlowPosition()
    /// What of it the receiver has acknowledged.
    public private(set) var acknowledged = FlowPosition()

    /// How many acknowledgements named more than was sent, and were ignored: such a peer is wrong.
    public private(set) var refusedAcknowledgements: UInt64 = 0

    /// Nothing granted, nothing sent.
    ///
    /// - Parameter limit: The most that can be in flight, whatever is granted: 65 536 messages and 64 MiB.
    public init(limit: FlowPosition = FlowPosition(messages: 65_536, bytes: 64 << 20)) { self.limit = limit }

    /// What was sent and is not acknowledged.
    public var inFlight: FlowPosition { sent.subtracting(acknowledged) }

    /// What can be sent now: granted, and within ``limit``.
    public var available: FlowPosition {
        let room = limit.subtracting(inFlight)
        let open = granted.subtracting(sent)
        return FlowPosition(messages: min(room.messages, open.messages), bytes: min(room.bytes, open.bytes))
    }

    /// Takes a grant in. One that says less than another before changes nothing: a receiver cannot take a grant back.
    ///
    /// - Parameter position: Up to where the receiver takes messages and bytes, from the beginning of the flow.
    /// - Returns: Whether it grants more than was granted before.
    @discardableResult
    public mutating func grant(upTo position: FlowPosition) -> Bool {
        let former = granted
        granted = granted.union(position)
        return granted != former
    }

    /// Takes an acknowledgement in: what it covers is no longer in flight.
    ///
    /// - Parameter position: What the receiver has, from the beginning of the flow.
    /// - Returns: Whether it acknowledges more than was acknowledged before. One that names more than was sent is
    ///   ignored, and counted in ``refusedAcknowledgements``.
    @discardableResult
    public mutating func acknowledge(upTo position: FlowPosition) -> Bool {
        guard position.messages <= sent.messages, position.bytes <= sent.bytes else {
            if refusedAcknowledgements < .max { refusedAcknowledgements += 1 }
            return false
        }
        let former = acknowledged
        acknowledged = acknowledged.union(position)
        return acknowledged != former
    }

    /// Takes credit for one message, which is then in flight; takes nothing where either kind is lacking.
    ///
    /// - Parameter bytes: The size of the message; a negative one counts as 0.
    /// - Returns: What is lacking: empty when the credit was taken.
    public mutating func take(bytes: Int) -> CreditShortage {
        let size = UInt64(max(0, bytes))
        let available = available
        var shortage: CreditShortage = []
        if available.messages < 1 { shortage.insert(.messages) }
        if available.bytes < size { shortage.insert(.bytes) }
        if limit.messages < 1 || limit.bytes < size { shortage.insert(.beyondLimit) }
        guard shortage.isEmpty else { return shortage }
        sent = FlowPosition(messages: sent.messages + 1, bytes: sent.bytes + size)
        return []
    }
}
