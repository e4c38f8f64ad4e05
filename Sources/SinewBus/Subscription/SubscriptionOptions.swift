// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore

/// How a subscription waits for its reader, and for its peers.
public struct SubscriptionOptions: Sendable, Hashable {
    /// What becomes of messages when the reader is slower than they come. Default `SlowPolicy.dropNewest`.
    public var policy: SlowPolicy
    /// How many messages and bytes wait for the reader.
    ///
    /// With the policy `wait` they are where the node begins to hold publishers back, and what each of them has under
    /// way by then still comes: so they are raised to what one window (``Node/Options/windowBytes``) can hold. Beyond
    /// twice that, messages are dropped: for more than two publishers at full speed give larger limits.
    public var limits: SubscriptionLimits
    /// How long `subscribe` waits until every connected peer has confirmed that it knows; zero does not wait. Default 5
    /// seconds.
    public var confirmation: Duration

    /// Makes options; those left out have their defaults.
    ///
    /// - Parameters:
    ///   - policy: What becomes of messages when the reader is slower than they come.
    ///   - limits: How many messages and bytes wait for the reader.
    ///   - confirmation: How long `subscribe` waits for the peers.
    public init(
        policy: SlowPolicy = .dropNewest,
        limits: SubscriptionLimits = SubscriptionLimits(),
        confirmation: Duration = .seconds(5)
    ) {
        self.policy = policy
        self.limits = limits
        self.confirmation = confirmation
    }

    /// The same with limits that leave room for what is under way when publishers begin to be held back.
    func holding(windowBytes: Int) -> SubscriptionOptions {
        guard policy == .wait else { return self }
        var options = self
        // The smallest record takes some 16 bytes of a window, and a message counts for 64 more than it has.
        options.limits = SubscriptionLimits(
            messages: max(limits.messages, windowBytes / 16),
            bytes: max(limits.bytes, 5 * windowBytes)
        )
        return options
    }
}
