// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The messages of one subscription that wait for its reader: a bounded queue, and a record of what it dropped.
///
/// Every message that is appended is taken once or dropped once. The shell keeps the queue under a lock; a reader takes
/// many messages at once with ``take(atMost:into:)``.
///
/// ```swift
/// let appended = queue.append(message, bytes: size, key: Array(subject.utf8), source: source)
/// if !appended.isDisjoint(with: [.first, .ended]) { wake() }
/// ```
public struct SubscriptionQueue<Element> {
    /// A message with what the queue has to know of it.
    public struct Entry {
        /// The message.
        public let element: Element
        /// What it counts for, in bytes.
        public let bytes: Int
        /// Which message it is.
        public let source: MessageSource

        /// Makes it of its parts.
        ///
        /// - Parameters:
        ///   - element: The message.
        ///   - bytes: What it counts for, in bytes; a negative number counts as 0.
        ///   - source: Which message it is.
        @inlinable
        public init(_ element: consuming Element, bytes: Int, source: MessageSource) {
            self.element = element
            self.bytes = max(0, bytes)
            self.source = source
        }
    }

    /// What happens when the reader is slow.
    public let policy: SlowPolicy
    /// How much waits for the reader.
    public let limits: SubscriptionLimits

    @usableFromInline var ring = Ring<Entry>()
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
    public var count: Int { ring.count }

    /// Whether no message waits for the reader.
    @inlinable
    public var isEmpty: Bool { ring.count == 0 }

    /// Something of each message that waits, in order.
    ///
    /// - Parameter transform: What of it.
    /// - Complexity: O(*n*).
    @inlinable
    public func map<Value>(_ transform: (Element) -> Value) -> [Value] {
        (ring.start..<ring.end).compactMap { ring[$0].map { transform($0.element) } }
    }

    /// The message that comes next; nil when there is none.
    @inlinable
    public var first: Element? { isEmpty ? nil : ring[ring.start]?.element }

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
    public var isOverLimit: Bool { ring.count >= limits.messages || state.bytes >= limits.bytes }

    /// Takes all ranges of dropped messages out, for a report.
    ///
    /// - Returns: The ranges by publisher, then number.
    public mutating func takeDrops() -> [DroppedRange] { state.drops.takeAll() }
}

extension SubscriptionQueue: Sendable where Element: Sendable {}
extension SubscriptionQueue.Entry: Sendable where Element: Sendable {}
