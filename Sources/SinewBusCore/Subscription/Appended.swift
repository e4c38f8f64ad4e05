// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What became of messages that were appended to a ``SubscriptionQueue``.
public struct Appended: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes it of its bits.
    ///
    /// - Parameter rawValue: The bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A message is in the queue.
    @inlinable
    public static var queued: Appended { Appended(rawValue: 1) }
    /// The queue was empty before: a reader that waits is to be woken.
    @inlinable
    public static var first: Appended { Appended(rawValue: 2) }
    /// A message was dropped, the new one or an older one: see ``SubscriptionQueue/drops``.
    @inlinable
    public static var dropped: Appended { Appended(rawValue: 4) }
    /// ``SlowPolicy/wait``: the queue has now reached its limits; grant no more until it is below them again.
    @inlinable
    public static var reachedLimit: Appended { Appended(rawValue: 8) }
    /// ``SlowPolicy/disconnect``: the subscription has now ended. A reader that waits is to be woken.
    @inlinable
    public static var ended: Appended { Appended(rawValue: 16) }
}
