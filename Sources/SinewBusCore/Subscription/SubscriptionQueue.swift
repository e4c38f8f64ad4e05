// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The messages of one subscription that wait for its reader: a bounded queue, and a record of what it dropped.
///
/// Every message that is appended is taken once or dropped once. The shell keeps the queue under a lock, and hands it
/// the messages of a frame at once, as a ``MessageRun``; a reader takes many of these with ``take(atMost:into:)``.
///
/// ```swift
/// let appended = queue.append(MessageRun(frame, messages)) { frame.subject(of: $0) }
/// if !appended.isDisjoint(with: [.first, .ended]) { wake() }
/// ```
public struct SubscriptionQueue<Element: QueueElement> {
    /// What happens when the reader is slow.
    public let policy: SlowPolicy
    /// How much waits for the reader.
    public let limits: SubscriptionLimits

    /// None of them is empty; with ``SlowPolicy/latest`` each has one message.
    @usableFromInline var ring = Ring<MessageRun<Element>>()
    @usableFromInline var state: SubscriptionState
    /// ``SlowPolicy/latest`` only: the absolute place of each subject's message. Only looked up, never iterated over.
    @usableFromInline var places: [[UInt8]: Int] = [:]
    /// ``SlowPolicy/latest`` only: the subjects of the messages in the ring, in the same order.
    @usableFromInline var keys = Ring<[UInt8]>()
    @usableFromInline let isKeyed: Bool

    /// An empty queue.
    ///
    /// - Parameters:
    ///   - limits: How much waits for the reader.
    ///   - policy: What happens when the reader is slow.
    public init(limits: SubscriptionLimits = SubscriptionLimits(), policy: SlowPolicy = .dropNewest) {
        self.policy = policy
        self.limits = limits
        state = SubscriptionState(room: policy == .wait ? limits.doubled : limits)
        isKeyed = policy == .latest
    }

    /// How many messages wait for the reader.
    @inlinable
    public var count: Int { state.count }

    /// Whether no message waits for the reader.
    @inlinable
    public var isEmpty: Bool { state.count == 0 }

    /// The bytes that wait for the reader.
    @inlinable
    public var bytes: Int { state.bytes }

    /// How many messages were appended: those taken, those dropped, and those that wait.
    public var appended: UInt64 { state.taken + state.dropped + UInt64(count) }

    /// How many messages were taken.
    public var taken: UInt64 { state.taken }

    /// How many messages were dropped.
    public var dropped: UInt64 { state.dropped }

    /// How many bytes were dropped.
    public var droppedBytes: UInt64 { state.droppedBytes }

    /// What was dropped and not reported yet.
    public var drops: DroppedRanges { state.drops }

    /// ``SlowPolicy/disconnect``: whether a message had no room. What is still queued can be taken; whatever comes is
    /// dropped.
    public var isEnded: Bool { state.isEnded }

    /// Whether as much waits as the limits allow. With ``SlowPolicy/wait`` no more is to be granted while it does.
    @inlinable
    public var isOverLimit: Bool { count >= limits.messages || state.bytes >= limits.bytes }

    /// Takes all ranges of dropped messages out, for a report.
    ///
    /// - Returns: The ranges by publisher, then number.
    public mutating func takeDrops() -> [DroppedRange] { state.drops.takeAll() }
}

extension SubscriptionQueue: Sendable where Element: Sendable, Element.Origin: Sendable {}
